/** Comparison is an alarm's comparison operator: how to compare, and how AWS says it. */
export interface Comparison {
  readonly words: string;
  breaches(value: number, threshold: number): boolean;
}

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  GreaterThanThreshold: { words: 'greater than', breaches: (value, threshold) => value > threshold },
  GreaterThanOrEqualToThreshold: {
    words: 'greater than or equal to',
    breaches: (value, threshold) => value >= threshold,
  },
  LessThanThreshold: { words: 'less than', breaches: (value, threshold) => value < threshold },
  LessThanOrEqualToThreshold: { words: 'less than or equal to', breaches: (value, threshold) => value <= threshold },
};

/** comparisonOf finds a comparison by AWS's name; undefined for those of anomaly detection. */
export function comparisonOf(name: string): Comparison | undefined {
  return Object.hasOwn(COMPARISONS, name) ? COMPARISONS[name] : undefined;
}
