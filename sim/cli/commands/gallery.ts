/** `watership gallery [HAZARD...]`: every hazard with the scenario that shows it and the knob that prevents it. */
import type { Command } from '../command.ts';
import type { GalleryRequest } from '../gallery/run-gallery.ts';
import { reportOption, textOption } from '../run-request.ts';
import { UsageError } from '../usage-error.ts';
import { wholeNumber } from '../whole-number.ts';

const seedsMax = 10_000;

export const gallery: Command = {
  name: 'gallery',
  usage: 'gallery [HAZARD...]',
  summary: 'Show every hazard, and the knob that prevents it: gallery HAZ-8',
  epilogue:
    'Runs the scenarios of scenarios/hazards. Ends with 0 when each hazard shows in the cells in which it should and in no other, 1 when one does not, 2 when the command line is wrong, 3 on an internal error.',
  options: {
    seeds: {
      type: 'string',
      requiresArg: true,
      describe: 'Run each cell with so many seeds (8, or more where it takes luck)',
    },
    json: { type: 'boolean', describe: 'Print one hazard a line as JSON on stdout, and nothing else' },
    report: {
      type: 'string',
      requiresArg: true,
      describe: 'Write the gallery as an HTML page (it has no script)',
    },
  },
  operands: { least: 0, most: Infinity, name: 'HAZARD' },
  async perform({ operands, options }, surroundings) {
    const request: GalleryRequest = {
      wanted: await hazardIds(operands),
      seeds: wholeNumber(options, 'seeds', 1, seedsMax),
      json: options.json === true,
      report: reportOption(textOption(options, 'report')).report,
    };
    const { runGallery } = await import('../gallery/run-gallery.ts');
    return runGallery(request, surroundings);
  },
};

/** The hazards that a person means by what he wrote (`haz8`). Throws UsageError. */
async function hazardIds(operands: readonly string[]): Promise<readonly string[]> {
  const { lookUp, UnknownRuleError } = await import('../../rules/registry.ts');
  return operands.map((written) => {
    try {
      const found = lookUp(written);
      if ('chapter' in found) throw new UsageError(`${found.id} is a rule, and the gallery shows hazards`);
      return found.id;
    } catch (error) {
      if (!(error instanceof UnknownRuleError)) throw error;
      const hints = error.suggestions.filter((id) => id.startsWith('HAZ-'));
      const hint = hints.length > 0 ? `did you mean ${hints.join(', ')}?` : 'hazards are called like HAZ-8';
      throw new UsageError(`no hazard is called "${written}"`, hint);
    }
  });
}
