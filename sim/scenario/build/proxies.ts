/** Proxies: their servers are nodes, their names are nobody else's, their options in the form in which the engine counts. */
import type { Proxy } from '../model.ts';
import { haproxyTimeUs } from '../schema/proxies.ts';
import type { Written } from '../schema/scenario.ts';
import type { Checker } from './checker.ts';

const defaults = {
  connectUs: 5_000_000,
  clientUs: 10_800_000_000,
  serverUs: 10_800_000_000,
  retries: 3,
  redispatch: false,
};

export function buildProxies(checker: Checker, written: Written, nodes: readonly string[]): readonly Proxy[] {
  checker.distinct(
    'proxy',
    written.proxies.map(({ name }) => name),
    (index) => ['proxies', index, 'name'],
  );
  return written.proxies.map(({ name, balance, servers, check, options }, index) => {
    const path = ['proxies', index];
    checker.uses(path, 'key proxies');
    if (checker.names.node.has(name))
      checker.problem([...path, 'name'], `a node is called "${name}" already`);
    if (name.startsWith('client-'))
      checker.problem([...path, 'name'], 'machines of clients are called "client-…"');
    servers?.forEach((server, at) => checker.known([...path, 'servers', at], server, ['node']));
    checker.distinct('server', servers ?? [], (at) => [...path, 'servers', at]);
    const { inter, fastinter, downinter, rise, fall, shutdownSessions } = check;
    return {
      name,
      balance,
      servers: servers ?? nodes,
      check: {
        interUs: inter,
        fastInterUs: fastinter ?? null,
        downInterUs: downinter ?? null,
        rise,
        fall,
        shutdownSessions,
      },
      ...optionsOf(checker, options, [...path, 'options']),
      line: checker.line(path),
    };
  });
}

type Options = Pick<Proxy, 'connectUs' | 'clientUs' | 'serverUs' | 'retries' | 'redispatch'>;

/** What the lines say; where two speak of one thing the later counts, as in HAProxy. */
function optionsOf(checker: Checker, lines: readonly string[], path: readonly (string | number)[]): Options {
  return lines.reduce<Options>((options, line, index) => {
    const [first = '', second = '', third = ''] = line.trim().split(/\s+/);
    if (first === 'retries') return { ...options, retries: Number(second) };
    if (first === 'option') return { ...options, redispatch: true };
    const us = haproxyTimeUs(third);
    if (us === 0) checker.problem([...path, index], 'a time above zero is needed');
    const key = { connect: 'connectUs', client: 'clientUs', server: 'serverUs' }[second];
    return key === undefined ? options : { ...options, [key]: us };
  }, defaults);
}
