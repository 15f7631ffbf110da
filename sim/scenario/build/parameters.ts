/** Runtime parameters, read as their plugins would read them: shovels, federation upstreams and sets of them. */
import { readParameterValue } from '../../links/parameter-values.ts';
import { components, isComponent } from '../../links/parameters.ts';
import type { Path } from '../document.ts';
import type { Parameter } from '../model.ts';
import { shortNodeName } from '../schema/values.ts';
import { didYouMean } from '../suggest.ts';
import type { Checker } from './checker.ts';

/** Checks one parameter; `path` is its row. */
export function checkParameter(
  checker: Checker,
  path: Path,
  { component, value }: Pick<Parameter, 'component' | 'value'>,
): void {
  if (!isComponent(component)) {
    const hint = didYouMean(component, components) ?? `${components.join(', ')} are modelled`;
    checker.unmodelled(
      [...path, 'component'],
      `the component "${component.slice(0, 60)}" is not modelled`,
      hint,
      'value',
    );
    return;
  }
  const { problems, uris } = readParameterValue(component, value);
  for (const { key, message, unmodelled } of problems) {
    const at = key === '' ? [...path, 'value'] : [...path, 'value', key];
    if (unmodelled) checker.unmodelled(at, message);
    else checker.problem(at, message, undefined, key === '' ? 'value' : 'key');
  }
  for (const [key, uri] of uris) {
    if (uri.host !== null) checker.machine([...path, 'value', key], shortNodeName(uri.host));
    if (uri.vhost !== null && uri.vhost !== '/') checker.uses([...path, 'value', key], 'vhost', 'value');
  }
}
