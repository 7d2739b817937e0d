/** What would have kept an alert from firing. */

interface Measured {
  /** A noun in the plural. */
  metric?: string;
  value?: number;
  threshold?: number;
  /** Seconds. */
  window?: number;
}

/** A sentence, by the alert's evidence; null where one occurrence is enough. */
export function clearingText({ metric, value, threshold, window }: Measured): string | null {
  if (metric === undefined || value === undefined || threshold === undefined) return null;
  if (threshold <= 1 || value < threshold) return null;
  const within = window ? ` within ${grouped(window)} s` : '';
  return `It would not have fired with fewer than ${grouped(threshold)} ${metric}${within} (there were ${grouped(value)}), or with a threshold above ${grouped(value)}.`;
}

const { format: grouped } = new Intl.NumberFormat('en-US', { maximumFractionDigits: 3 });
