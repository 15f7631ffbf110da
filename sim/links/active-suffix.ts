/** Which of the two names of a link's exchange upstream is in use (`rabbit_federation_db`): the next link takes the other one. */
import { table, type Database } from '../cluster/database.ts';
import type { ErlangProcess } from '../erlang/erlang-process.ts';

export type Suffix = 'A' | 'B';

const activeSuffixes = table<Suffix>('rabbit_exchange_scratch', 'disc');

export function readActiveSuffix(database: Database, link: string): Suffix {
  return database.read(activeSuffixes, link) ?? 'A';
}

export function writeActiveSuffix(
  database: Database,
  process: ErlangProcess,
  link: string,
  suffix: Suffix,
  done: () => void,
): void {
  database.transaction(
    process,
    { locks: [`${activeSuffixes.name}/${link}`] },
    (transaction) => transaction.write(activeSuffixes, link, suffix),
    done,
  );
}
