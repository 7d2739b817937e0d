import { expect, it } from 'vitest';
import { macNumber, macText } from './address-text.ts';

it.each(['00:00:00:00:00:01', '02:1b:Ff:a9:c0:de', 'ff:ff:ff:ff:ff:ff'])('the number of %s gives its text again', (text) => {
  expect(macText(macNumber(text))).toBe(text.toLowerCase());
});
