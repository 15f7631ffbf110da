/**
 * What a person finds when looking at a node: an Erlang expression that a command line tool evaluates there, and the reading of its
 * answer. Each question has a time limit of its own, because a queue whose leader is gone, or a node monitor that is busy, does not answer.
 */
import type { QueueAtEnd } from '../ledger/result.ts';

/** What one node says of the cluster. */
export interface NodeView {
  readonly state: 'running' | 'stopped' | 'down';
  /** Null: it was asked and did not answer. */
  readonly running: readonly string[] | null;
  readonly partitions: readonly string[] | null;
  readonly queues: Readonly<Record<string, QueueAtEnd>>;
}

/** A node that no tool reaches. */
export const downView: NodeView = { state: 'down', running: null, partitions: null, queues: {} };

const questionMs = 2_000;

/**
 * Prints a line for the node and one for each queue, fields divided by tabs. Written so that it says something of whatever is there; names of
 * queues are printed as a list of code points, so that none can be taken for a divider.
 */
export const viewExpression = `
Ask = fun(F) ->
  {P, R} = spawn_monitor(fun() -> exit({ok, F()}) end),
  receive {'DOWN', R, process, P, {ok, V}} -> V; {'DOWN', R, process, P, _} -> failed
  after ${questionMs} -> exit(P, kill), erlang:demonitor(R, [flush]), failed end
end,
Names = fun(L) when is_list(L) -> lists:join(",", [atom_to_list(N) || N <- L]); (_) -> "?" end,
Nodes = fun(Pids) when is_list(Pids) -> Names(lists:sort([node(P) || P <- Pids])); (_) -> "" end,
Home = fun(P) when is_pid(P) -> atom_to_list(node(P)); ({_, N}) when is_atom(N) -> atom_to_list(N); (_) -> "" end,
Number = fun(N) when is_integer(N) -> integer_to_list(N); (_) -> "0" end,
Points = fun(B) -> lists:join(",", [integer_to_list(C) || C <- binary_to_list(B)]) end,
case Ask(fun() -> rabbit:is_running() end) of
  true ->
    io:format("node\\trunning\\t~s\\t~s~n",
      [Names(Ask(fun() -> lists:sort(rabbit_mnesia:cluster_nodes(running)) end)),
       Names(Ask(fun() -> lists:sort(rabbit_node_monitor:partitions()) end))]),
    Vhosts = case Ask(fun() -> rabbit_vhost:list_names() end) of failed -> [<<"/">>]; Found -> Found end,
    All = fun(List) -> lists:append([case Ask(fun() -> List(V) end) of failed -> []; Qs -> Qs end || V <- Vhosts]) end,
    Up = All(fun rabbit_amqqueue:list/1),
    Down = All(fun rabbit_amqqueue:list_down/1),
    lists:foreach(fun(Q) ->
      {resource, Vhost, queue, Plain} = amqqueue:get_name(Q),
      Name = case Vhost of <<"/">> -> Plain; _ -> <<Vhost/binary, "/", Plain/binary>> end,
      Classic = amqqueue:get_type(Q) =:= rabbit_classic_queue,
      Keys = [state, messages_ready, messages_unacknowledged |
        case Classic of true -> [pid, slave_pids, synchronised_slave_pids]; false -> [leader, members, online] end],
      Of = case lists:member(Q, Down) of
        true -> failed;
        false -> Ask(fun() -> rabbit_amqqueue:info(Q, Keys) end)
      end,
      case {Of, Classic} of
        {failed, _} -> io:format("queue\\t~s\\tdown\\t~s~n", [Points(Name), Home(amqqueue:get_pid(Q))]);
        {_, true} ->
          io:format("queue\\t~s\\tclassic\\t~w\\t~s\\t~s\\t~s\\t~s\\t~s~n", [Points(Name),
            proplists:get_value(state, Of), Home(proplists:get_value(pid, Of)),
            Nodes(proplists:get_value(slave_pids, Of)), Nodes(proplists:get_value(synchronised_slave_pids, Of)),
            Number(proplists:get_value(messages_ready, Of)), Number(proplists:get_value(messages_unacknowledged, Of))]);
        {_, false} ->
          io:format("queue\\t~s\\tquorum\\t~w\\t~w\\t~s\\t~s\\t~s\\t~s~n", [Points(Name),
            proplists:get_value(state, Of), proplists:get_value(leader, Of),
            Names(proplists:get_value(members, Of)), Names(proplists:get_value(online, Of)),
            Number(proplists:get_value(messages_ready, Of)), Number(proplists:get_value(messages_unacknowledged, Of))])
      end
    end, Up ++ Down);
  _ -> io:format("node\\tstopped~n")
end, ok.`;

/** Reads what the expression printed. Lines of the tool's own are passed over. */
export function readView(printed: string): NodeView {
  let view: NodeView = downView;
  const queues: Record<string, QueueAtEnd> = {};
  for (const line of printed.split('\n')) {
    const fields = line.split('\t');
    if (fields[0] === 'node' && fields[1] === 'stopped') view = { ...downView, state: 'stopped' };
    else if (fields[0] === 'node')
      view = { state: 'running', running: names(fields[2]), partitions: names(fields[3]), queues };
    else if (fields[0] === 'queue') queues[queueName(fields[1])] = readQueue(fields);
  }
  return view;
}

function readQueue([, , type, ...rest]: readonly string[]): QueueAtEnd {
  if (type === 'down')
    return {
      type: 'classic',
      state: 'down',
      master: shortName(rest[0]),
      mirrors: [],
      synchronised_mirrors: [],
      messages_ready: 0,
      messages_unacknowledged: 0,
    };
  const [state = '', leader, replicas, upToDate, ready, unacknowledged] = rest;
  const depths = { messages_ready: Number(ready), messages_unacknowledged: Number(unacknowledged) };
  if (type === 'quorum')
    return {
      type,
      state: 'running',
      leader: shortName(leader),
      members: names(replicas) ?? [],
      online: names(upToDate) ?? [],
      ...depths,
    };
  return {
    type: 'classic',
    state: queueState(state),
    master: shortName(leader),
    mirrors: names(replicas) ?? [],
    synchronised_mirrors: names(upToDate) ?? [],
    ...depths,
  };
}

function queueState(written: string): QueueAtEnd['state'] {
  if (written.includes('syncing')) return 'syncing';
  const states: readonly QueueAtEnd['state'][] = ['down', 'stopped', 'crashed'];
  return states.find((state) => state === written) ?? 'running';
}

function queueName(points = ''): string {
  const bytes = points.split(',').filter((point) => point !== '');
  return Buffer.from(bytes.map(Number)).toString('utf8');
}

/** Null where the question was not answered. */
function names(written = ''): readonly string[] | null {
  if (written === '?') return null;
  return written
    .split(',')
    .filter((name) => name !== '')
    .map((name) => shortName(name) ?? '');
}

function shortName(written = ''): string | null {
  const name = written.replaceAll("'", '').replace(/^rabbit@/, '');
  return name === '' || name === 'undefined' || name === 'none' ? null : name;
}
