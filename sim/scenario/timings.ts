/**
 * How long things take that no rule fixes, where a scenario does not say: measured on a real RabbitMQ 3.10.8 cluster, from
 * the recorded runs on a quiet machine (`start` to started 4.5 to 7.4 s, `start_app` to started 0.9 to 1.1 s, `stop_app` to
 * stopped 0.4 to 0.7 s, `set_policy` 0.3 to 0.45 s, heal to nodeup 0.1 to 2.5 s). A lognormal through the median and
 * the slowest of them stands for each.
 */
import type { Duration, Limits, Timings } from './model.ts';

const milliseconds = (median: number, p99: number): Duration => ({
  kind: 'lognormal',
  medianUs: median * 1_000,
  p99Us: p99 * 1_000,
});

export const defaultTimings: Timings = {
  // What is left of start-to-started when the boot of the application is taken away.
  vmBoot: milliseconds(4_600, 6_500),
  appBoot: milliseconds(650, 850),
  appStop: milliseconds(180, 400),
  cli: milliseconds(310, 450),
  reconnect: milliseconds(1_200, 2_500),
  schedulingPause: milliseconds(1, 5),
};

export const defaultLimits: Limits = {
  events: 500_000_000,
  virtualTimeUs: 48 * 3_600_000_000,
  messages: 20_000_000,
};
