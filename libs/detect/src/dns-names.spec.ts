import { describe, expect, it } from 'vitest';
import { splitName, wordiness } from './dns-names.ts';

describe('splitName', () => {
  it.each([
    ['www.example.com', 'example.com', 'www'],
    ['a.b.Example.co.uk', 'example.co.uk', 'a.b'],
    ['example.com', 'example.com', ''],
    ['co.uk', 'co.uk', ''],
  ])('%s', (name, domain, data) => expect(splitName(name)).toEqual({ domain, data }));

  it.each(['printer', '4.3.2.1.in-addr.arpa', 'host.local', '.'])('knows no owner of %s', (name) => expect(splitName(name)).toBeNull());
});

describe('wordiness', () => {
  it.each(['mail.protection.outlook', 'accounts', 'update.windows', 'static-content', 'wikipedia', 'europe-west-storage'])(
    '%s is words',
    (text) => expect(wordiness(text)).toBeGreaterThan(0.55),
  );
  it.each(['yrbxkq7w0zv9pjm3', '5f2e8c1a9b7d4036', 'paaikvzq3tgwnxfb', 'xn7kqzv2jw9c', 'raed\xd1\xf3the\xe9\xfb\xd2\xc8in\xe4\xc9'])(
    '%s is not',
    (text) => expect(wordiness(text)).toBeLessThan(0.4),
  );
});
