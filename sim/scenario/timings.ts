/**
 * How long things take that no rule fixes, where a scenario does not say: measured on a real RabbitMQ 3.10.8 cluster, in the
 * recorded runs on a quiet machine. A lognormal through the median and the slowest of them stands for each. Which stretches
 * of a node's life each covers is told in `run/timings.ts`, which divides them.
 */
import type { Duration, Limits, Timings } from './model.ts';

const milliseconds = (median: number, p99: number): Duration => ({
  kind: 'lognormal',
  medianUs: median * 1_000,
  p99Us: p99 * 1_000,
});

export const defaultTimings: Timings = {
  // 1.76 s to the distribution (1.28 to 2.06) and 3.43 s from there (2.6 to 3.9), in 8 boots; 5.9 to 7.2 s in the five of
  // t02-mirrored-master-kill, 4.4 to 4.8 s in the three of t01-unmirrored-durable-kill.
  vmBoot: milliseconds(5_190, 7_300),
  // `start_app` to started, without the command line tool: 9 starts.
  appBoot: milliseconds(680, 900),
  // 0.04 to 0.33 s in 21 stops.
  appStop: milliseconds(73, 330),
  // 0.33 to 0.40 s in 9 commands.
  cli: milliseconds(337, 400),
  // From a heal to nodeup: 95 % within 2.05 s, 118 reconnections.
  reconnect: milliseconds(1_300, 2_500),
};

export const defaultLimits: Limits = {
  events: 500_000_000,
  virtualTimeUs: 48 * 3_600_000_000,
  messages: 20_000_000,
};
