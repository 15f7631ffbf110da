/** The shovels and federation links of one node, as tools find them: `LinkControl` over the application's links. */
import type { FieldValue } from '../amqp/basic-message.ts';
import { isComponent, type Component } from '../links/parameters.ts';
import type { Links } from '../links/links.ts';
import { inApplication } from './in-application.ts';
import type { LinkControl } from './link-control.ts';
import type { Done } from './node-control.ts';
import type { RabbitNode } from './rabbit-node.ts';
import type { StepProcess } from './rabbit-process.ts';

export class RabbitLinks implements LinkControl {
  private readonly node: RabbitNode;

  constructor(node: RabbitNode) {
    this.node = node;
  }

  setParameter(component: string, name: string, value: FieldValue, done: Done): void {
    this.withLinks(component, done, (links, known, steps, settle) =>
      links.set(steps, { component: known, name, value }, () => settle(true)),
    );
  }

  clearParameter(component: string, name: string, done: Done): void {
    this.withLinks(component, done, (links, known, steps, settle) => links.clear(steps, known, name, settle));
  }

  linkStatus: LinkControl['linkStatus'] = (kind, done) => {
    inApplication(
      this.node,
      (refusal) => done(refusal, []),
      (_context, _steps, finish) => {
        finish();
        done(null, this.node.application?.links?.status(kind) ?? []);
      },
    );
  };

  private withLinks(
    component: string,
    done: Done,
    work: (links: Links, component: Component, steps: StepProcess, settle: (found: boolean) => void) => void,
  ): void {
    inApplication(this.node, done, (_context, steps, finish) => {
      const links = this.node.application?.links;
      const settle = (found: boolean): void => {
        finish();
        done(found ? null : { reason: 'no_such_policy' });
      };
      if (links === undefined || !isComponent(component)) settle(false);
      else work(links, component, steps, settle);
    });
  }
}
