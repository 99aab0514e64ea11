/** An SVG path through the values, from the left edge to the right; zero at the bottom. Empty when there is nothing to see. */
export function sparkline(values: readonly number[], width: number, height: number): string {
  if (values.length < 2 || values.every((value) => value === 0)) return '';
  const most = Math.max(1, ...values);
  const step = width / (values.length - 1);
  return values
    .map(
      (value, index) =>
        `${index ? 'L' : 'M'}${round(index * step)} ${round(2 + (height - 2) * (1 - value / most))}`,
    )
    .join('');
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
