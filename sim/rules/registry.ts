// The registry: every modelled rule of RabbitMQ 3.10.8 and every hazard that follows from them, as pure data. Code
// that decides by a rule holds it in a constant (`const MIR_16 = rule('MIR-16')`), so that a wrong id fails when the
// module loads and a journal record costs one reference. The registry says what is true of the broker; how the
// simulator stands to it is said by standing.ts and evidence.ts. This file is the room's door for the engine: import this one.

export type { Hazard, Rule } from './chapters.ts';
export { hazard, hazards, lookUp, rule, rules, UnknownRuleError } from './tables.ts';
