/** Work that a tool has done inside the application, in a process of its own. */
import type { NodeContext } from '../broker/node-context.ts';
import { StepProcess } from './rabbit-process.ts';
import type { RabbitNode } from './rabbit-node.ts';

/** Runs `work` in a process that ends when `work` says so; `refuse` where there is no application. */
export function inApplication(
  node: RabbitNode,
  refuse: (refusal: { reason: 'nodedown' }) => void,
  work: (context: NodeContext, steps: StepProcess, finish: () => void) => void,
): void {
  const { application, vm } = node;
  if (application === null || vm === null) {
    refuse({ reason: 'nodedown' });
    return;
  }
  const steps = new StepProcess(vm, 'rabbitmqctl_worker');
  work(application.context, steps, () => steps.finish());
}
