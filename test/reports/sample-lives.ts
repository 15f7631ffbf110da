/** The single messages of the sample report, made up so that they add up to the recording's counts. */
import type { MessageOutcome } from '../../sim/ledger/result.ts';
import type { LifeStep, MessageLife } from '../../sim/ledger/run-report.ts';
import { us } from './sample-series.ts';

function life(
  id: string,
  outcome: MessageOutcome,
  confirmed: boolean,
  cause: MessageLife['cause'],
  steps: readonly (readonly [number, string, string, string, string?])[],
): MessageLife {
  return {
    id,
    outcome,
    queue: 'ha.q',
    confirmed,
    cause,
    steps: steps.map(([seconds, node, process, what, rule]): LifeStep => ({
      timeUs: us(seconds),
      node,
      process,
      what,
      ...(rule === undefined ? {} : { rule }),
    })),
  };
}

const WIPED = {
  hazard: 'HAZ-8',
  rule: 'PAR-26',
  timeUs: us(30.636),
  sentence:
    'rabbit1 gave up its own copy of ha.q for the one led by rabbit3, which never had these messages.',
};
const NOWHERE = {
  hazard: 'HAZ-10',
  rule: 'MIR-48',
  timeUs: us(30.75),
  sentence:
    'rabbit3 stopped every replica of ha.q as it was starting; the queue had no leader afterwards and publishes went nowhere.',
};
const TWICE = {
  hazard: 'HAZ-12',
  rule: 'MIR-33',
  timeUs: us(13.913),
  sentence:
    'rabbit2 was promoted without knowing what rabbit1 had delivered and seen acknowledged behind the cut.',
};
const OVERTAKEN = {
  hazard: 'HAZ-31',
  rule: 'MIR-41',
  timeUs: us(13.913),
  sentence:
    'Messages that waited for the promotion of rabbit2 were first delivered after later ones of the same publisher.',
};

/** All of them. */
export function lives(): MessageLife[] {
  const lost = Array.from({ length: 37 }, (_, index): MessageLife => {
    const at = 29.82 + index * 0.02;
    return life(`pub1-${1440 + index}`, 'lost', true, WIPED, [
      [at, 'pub1', 'pub1', 'published with confirm'],
      [at + 0.0004, 'rabbit1', 'channel 1', 'routed to ha.q'],
      [at + 0.0006, 'rabbit1', 'ha.q leader', 'stored; no mirror to wait for', 'MIR-12'],
      [at + 0.0011, 'pub1', 'pub1', 'confirmed by basic.ack'],
      [30.632, 'rabbit3', 'ha.q mirror', 'promoted, without this message', 'MIR-16'],
      [30.636, 'rabbit1', 'ha.q leader', 'stopped with its copy of the message', 'PAR-26'],
    ]);
  });
  const nowhere = Array.from({ length: 526 }, (_, index): MessageLife => {
    const at = 30.76 + index * 0.00995;
    return life(`pub${1 + (index % 2)}-${1480 + (index >> 1)}`, 'lost', false, NOWHERE, [
      [at, `pub${1 + (index % 2)}`, `pub${1 + (index % 2)}`, 'published with confirm'],
      [
        at + 0.0005,
        `rabbit${1 + (index % 2)}`,
        'channel 1',
        'routed to ha.q, whose leader is gone',
        'BRK-14',
      ],
      [at + 0.0007, `pub${1 + (index % 2)}`, `pub${1 + (index % 2)}`, 'answered by basic.nack'],
    ]);
  });
  const twice = [0, 1].map((index) =>
    life(`pub2-${352 + index}`, 'duplicated', true, TWICE, [
      [7.99 + index * 0.02, 'pub2', 'pub2', 'published with confirm'],
      [7.993 + index * 0.02, 'rabbit1', 'ha.q leader', 'delivered to con1'],
      [
        7.996 + index * 0.02,
        'rabbit1',
        'ha.q leader',
        'acknowledged by con1; mirrors could not be told',
        'MIR-33',
      ],
      [13.913, 'rabbit2', 'ha.q mirror', 'promoted, the message still waiting', 'MIR-16'],
      [20.96 + index * 0.004, 'rabbit3', 'con3', 'delivered again, flagged redelivered'],
    ]),
  );
  const late = Array.from({ length: 9 }, (_, index) =>
    life(`pub2-${360 + index}`, 'reordered', true, OVERTAKEN, [
      [8.2 + index * 0.02, 'pub2', 'pub2', 'published with confirm'],
      [13.93, 'rabbit2', 'ha.q leader', 'queued behind a later message'],
      [20.98 + index * 0.004, 'rabbit3', 'con3', 'first delivered'],
    ]),
  );
  return [...lost, ...nowhere, ...twice, ...late];
}
