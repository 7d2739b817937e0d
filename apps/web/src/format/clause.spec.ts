import { clauseOf, toggledClause, topLevelParts, withClause } from './clause.ts';

describe('a condition made from a value', () => {
  it.each([
    ['source.ip', 'ip', '10.0.0.1', 'source.ip == 10.0.0.1'],
    ['destination.ip', 'ip', '2001:db8::1', 'destination.ip == 2001:db8::1'],
    ['destination.port', 'port', 443, 'destination.port == 443'],
    ['network.protocol', 'keywords', 'dns', 'network.protocol == dns'],
    ['wirecase.flow.truncated', 'boolean', true, 'wirecase.flow.truncated == true'],
    ['url.path', 'text', '/a "b" \\c', 'url.path == "/a \\"b\\" \\\\c"'],
    ['user_agent.original', 'text', 'or', 'user_agent.original == "or"'],
    ['dns.question.name', 'keyword', '*.example.com', 'dns.question.name == "*.example.com"'],
  ] as const)('%s of kind %s with %j is %s', (field, kind, value, clause) => {
    expect(clauseOf(field, kind, value)).toBe(clause);
  });

  it('is "from here on" for a time, since no other row has that nanosecond', () => {
    expect(clauseOf('event.start', 'time', '2024-05-01T10:00:00.000000001Z')).toBe('event.start >= 2024-05-01T10:00:00.000000001Z');
  });
});

describe('adding a condition to a query', () => {
  const clause = 'source.ip == 10.0.0.1';

  it('begins an empty query', () => {
    expect(withClause('  ', { clause, mode: 'and' })).toBe(clause);
    expect(withClause('', { clause, mode: 'not' })).toBe(`not ${clause}`);
  });

  it('joins with and, with not, or with or', () => {
    expect(withClause('a:b', { clause, mode: 'and' })).toBe(`a:b and ${clause}`);
    expect(withClause('a:b', { clause, mode: 'not' })).toBe(`a:b and not ${clause}`);
    expect(withClause('a:b', { clause, mode: 'or' })).toBe(`a:b or ${clause}`);
  });

  it('puts a query with an or into parentheses, so that the new condition binds all of it', () => {
    expect(withClause('a:b or c:d', { clause, mode: 'and' })).toBe(`(a:b or c:d) and ${clause}`);
    expect(withClause('(a:b or c:d) and e:f', { clause, mode: 'and' })).toBe(`(a:b or c:d) and e:f and ${clause}`);
  });

  it('does not take "or" inside a text for an operator', () => {
    expect(withClause('a:"this or that"', { clause, mode: 'and' })).toBe(`a:"this or that" and ${clause}`);
  });

  it('does not add a condition twice and replaces its opposite', () => {
    expect(withClause(`a:b and ${clause}`, { clause, mode: 'and' })).toBe(`a:b and ${clause}`);
    expect(withClause(`not ${clause} and a:b`, { clause, mode: 'and' })).toBe(`${clause} and a:b`);
    expect(withClause(clause, { clause, mode: 'not' })).toBe(`not ${clause}`);
  });

  it('finds the parts joined by && as well', () => {
    expect(topLevelParts('a:b && (c:d && e:f)')).toEqual(['a:b', '(c:d && e:f)']);
  });
});

describe('a condition that is switched on and off', () => {
  const group = ['severity >= 90', 'severity >= 70'];
  it('joins the query, takes the place of its siblings, and leaves again', () => {
    const once = toggledClause('port:53', 'severity >= 90', group);
    expect(once).toBe('port:53 and severity >= 90');
    expect(toggledClause(once, 'severity >= 70', group)).toBe('port:53 and severity >= 70');
    expect(toggledClause(once, 'severity >= 90', group)).toBe('port:53');
  });

  it('is all of an empty query, and goes behind parentheses where there is an or', () => {
    expect(toggledClause('', 'a:1', [])).toBe('a:1');
    expect(toggledClause('a:1 or b:2', 'c:3', [])).toBe('(a:1 or b:2) and c:3');
  });
});
