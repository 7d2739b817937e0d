import { readSchedule, scheduleText } from './schedule-words.ts';

describe('a schedule', () => {
  it.each([
    ['mo-fr 08:00-18:00', [1, 2, 3, 4, 5]],
    ['sa,su 08:00-18:00', [6, 7]],
    ['mo-we,fr 08:00-18:00', [1, 2, 3, 5]],
  ])('%s is read, and said again as it was', (text, days) => {
    const windows = readSchedule(text);
    expect(windows).toEqual([{ days, from: '08:00', to: '18:00' }]);
    expect(scheduleText(windows!)).toBe(text);
  });

  it('may go over the end of the week, and have several lines', () => {
    expect(readSchedule('SA-MO 22:00 - 06:00\n\nwe 10:00-11:00\n')).toEqual([
      { days: [1, 6, 7], from: '22:00', to: '06:00' },
      { days: [3], from: '10:00', to: '11:00' },
    ]);
  });

  it.each(['xx 08:00-18:00', 'mo 8-18', 'mo', 'mo-we-fr 08:00-18:00'])('"%s" is none', (text) => {
    expect(readSchedule(text)).toBe(null);
  });
});
