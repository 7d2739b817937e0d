import { convertToParamMap } from '@angular/router';
import { type SearchState, askedOf, readState, writeState } from './search-state.ts';

const usual: SearchState = {
  record: 'flow',
  q: '',
  from: null,
  to: null,
  capture: null,
  sensor: null,
  sort: null,
  columns: null,
  open: null,
};
const chosen: SearchState = {
  record: 'dns',
  q: 'dns.question.name:"a b" or port:53',
  from: '2024-05-01T10:00:00.000000000Z',
  to: '2024-05-01T11:00:00.000000000Z',
  capture: '018f3c1e-0000-7000-8000-000000000000',
  sensor: '018f3c1e-0000-7000-8000-000000000002',
  sort: '@timestamp',
  columns: ['@timestamp', 'dns.question.name'],
  open: '018f3c1e-0000-7000-8000-000000000001',
};

/** What stands in the address after going there. */
function addressOf(state: SearchState) {
  return convertToParamMap(Object.fromEntries(Object.entries(writeState(state)).filter(([, value]) => value !== null)));
}

describe('the state of a search in the address', () => {
  it('comes back as it was written', () => {
    expect(readState(addressOf(chosen))).toEqual(chosen);
    expect(readState(addressOf(usual))).toEqual(usual);
  });

  it('leaves out what is as usual', () => {
    expect(addressOf(usual).keys).toEqual([]);
  });

  it('asks the server neither for columns nor for the open row', () => {
    expect(Object.keys(askedOf(chosen)).sort()).toEqual(['capture', 'from', 'q', 'sensor', 'sort', 'to']);
  });
});
