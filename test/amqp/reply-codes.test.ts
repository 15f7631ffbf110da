/** Promise: reply texts are those that applications match on. */
import { expect, test } from 'vitest';
import { endsConnection, replyText } from '../../sim/amqp/reply-codes.ts';

test('a text is the name of the code, then the explanation, and fits a short string', () => {
  expect(replyText(404, "no queue 'q' in vhost '/'")).toBe("NOT_FOUND - no queue 'q' in vhost '/'");
  expect(replyText(312)).toBe('NO_ROUTE');
  const long = replyText(405, 'x'.repeat(300));
  expect(long).toHaveLength(255);
  expect(long.endsWith('...')).toBe(true);
});

test('errors of a channel leave its connection alone', () => {
  expect([403, 404, 405, 406].filter(endsConnection)).toEqual([]);
  expect([320, 503, 504, 530, 540, 541].every(endsConnection)).toBe(true);
});
