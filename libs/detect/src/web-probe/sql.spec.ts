import { describe, expect, it } from 'vitest';
import { hasInjection } from './sql.ts';

const values = (...list: string[]) => list.map((value) => `id=${encodeURIComponent(value)}&page=2`);

describe('SQL where a value belongs', () => {
  it.each(
    values(
      "7' AND '1'='1",
      '7 AND 4312=4312',
      "x') OR ('a'='a",
      "admin'-- ",
      '-7) UNION ALL SELECT NULL,NULL,CONCAT(0x71,0x62)-- -',
      '7 uNiOn/**/aLL/**/sElEcT 1',
      '7 UNION(SELECT(1))',
      '7 AND SLEEP(5)',
      "7';WAITFOR DELAY '0:0:5'--",
      '7;SELECT PG_SLEEP(5)--',
      '(SELECT 5 FROM (SELECT SLEEP(5))x)',
      '7 AND (SELECT 1)=1',
      '7 ORDER BY 12-- xyz',
      "7' RLIKE (SELECT (CASE WHEN (1=1) THEN 7 ELSE 0x28 END))",
      '7 AND EXTRACTVALUE(1,CONCAT(0x5c,1))',
      "7||(SELECT 'x' WHERE 1=1)",
    ),
  )('%s', (query) => expect(hasInjection(query)).toBe(true));

  it('is seen where its signs are escaped twice, or a plus is a space', () => {
    expect(hasInjection('id=7+or+1=1')).toBe(true);
    expect(hasInjection('id=7%2527%2520AND%25201%253D1')).toBe(true);
  });

  it.each(
    values(
      '7',
      "O'Brien",
      "rock 'n' roll and 'blues'",
      'union square select hotels',
      'how do I select from a list (select and drop)',
      'select a seat from the map',
      'SELECT mean("usage") FROM "cpu" WHERE "host" = \'a\' AND time > now() - 1h GROUP BY time(10s)',
      'project = WEB AND status = "In Progress" ORDER BY created DESC',
      "Price gt 5 and Category eq 'Toys'",
      'rate(http_requests_total{code="500"}[5m]) > 1 and up == 1',
      'a and b or (c and not d)',
      'C++ -- the language',
      'sleep (disorders)',
      '2026-11-23 06:00',
      'foo --bar --baz',
      'black and white 10 x 15',
      'say "yes"',
    ),
  )('is not %s', (query) => expect(hasInjection(query)).toBe(false));

  it('is looked for in time that grows with the length', () => {
    for (const sign of ["'", '(', ' and ', '1=', '/*', '%25', ' union ', '0x'])
      expect(hasInjection(`id=${sign.repeat(100_000)}`)).toBe(hasInjection(`id=${sign.repeat(1000)}`));
  });
});
