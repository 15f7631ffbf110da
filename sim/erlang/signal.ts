/** What travels between two VMs on their connection: messages, and the signals of monitors, links and remote calls. */
import type { Destination, ExitReason, Message, MonitorRef, Pid } from './message.ts';
import type { Vm } from './vm.ts';

export type Signal =
  | { readonly kind: 'send'; readonly to: Destination; readonly message: Message }
  | { readonly kind: 'monitor'; readonly ref: MonitorRef }
  | { readonly kind: 'demonitor'; readonly ref: MonitorRef }
  | { readonly kind: 'down'; readonly ref: MonitorRef; readonly reason: ExitReason }
  | { readonly kind: 'link'; readonly to: Pid; readonly from: Pid }
  | { readonly kind: 'unlink'; readonly to: Pid; readonly from: Pid }
  | { readonly kind: 'exit'; readonly to: Pid; readonly from: Pid; readonly reason: ExitReason }
  | {
      readonly kind: 'request';
      readonly ref: object;
      readonly from: string;
      readonly run: (vm: Vm) => unknown;
    }
  | { readonly kind: 'answer'; readonly ref: object; readonly value: unknown };
