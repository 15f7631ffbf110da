/** What members of a quorum queue tell channels (`ra_event`s). None of it is sent where there is no connection. */
import type { Message } from '../../erlang/message.ts';
import type { ChannelNews, DeliveryItem, FifoReply } from './fifo-context.ts';

export interface Applied {
  /** The channel's own number of the command. */
  readonly sequence: number;
  readonly reply: FifoReply;
}

export interface RaEvent extends Message {
  readonly type: 'ra_event';
  readonly queue: string;
  /** The member that says it. */
  readonly from: string;
  readonly event:
    | { readonly kind: 'applied'; readonly commands: readonly Applied[] }
    | { readonly kind: 'delivery'; readonly tag: string; readonly items: readonly DeliveryItem[] }
    | { readonly kind: 'news'; readonly news: ChannelNews }
    | { readonly kind: 'leader_change' }
    | { readonly kind: 'not_leader'; readonly leader: string };
}
