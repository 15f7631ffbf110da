/** Runtime parameters, read as their plugins would read them: shovels, federation upstreams and sets of them. */
import { readParameterValue } from '../../links/parameter-values.ts';
import { components, isComponent } from '../../links/parameters.ts';
import { readStaticShovel } from '../../links/static-shovel.ts';
import type { Path } from '../document.ts';
import type { FieldTable, Parameter } from '../model.ts';
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
  tell(checker, [...path, 'value'], readParameterValue(component, value));
}

/** Checks a static shovel; `path` is its row. */
export function checkStaticShovel(checker: Checker, path: Path, value: FieldTable): void {
  const { shovel, problems } = readStaticShovel(value);
  const uris = [
    ...shovel.source.uris.map((uri) => ['source', uri] as const),
    ...shovel.destination.uris.map((uri) => ['destination', uri] as const),
  ];
  tell(checker, path, { problems, uris });
}

/** `path` is where the keys stand. */
function tell(checker: Checker, path: Path, { problems, uris }: ReturnType<typeof readParameterValue>): void {
  for (const { key, message, unmodelled } of problems) {
    const at = key === '' ? path : [...path, key];
    if (unmodelled) checker.unmodelled(at, message);
    else checker.problem(at, message, undefined, key === '' ? 'value' : 'key');
  }
  for (const [key, uri] of uris) {
    if (uri.host !== null) checker.machine([...path, key], shortNodeName(uri.host));
    if (uri.vhost !== null && uri.vhost !== '/') checker.uses([...path, key], 'vhost', 'value');
  }
}
