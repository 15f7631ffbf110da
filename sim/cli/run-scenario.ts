/** The engine as commands load it: when they run something, not before. */
export { simulate as runScenario } from '../library/simulate.ts';
