const RFC3339 =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s?([Zz]|[+-]\d{2}:?\d{2})?)?$/;

/** Microseconds since 1970 of an RFC 3339 date-time, or of a bare date; undefined where it is neither. No zone = UTC. */
export function parseDatetime(text: string): number | undefined {
  const match = RFC3339.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", zone = "Z"] = match;
  const millis = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const date = new Date(millis);
  const wrong = Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60;
  if (wrong || Number(month) < 1 || Number(month) > 12 || Number(day) < 1) return undefined;
  if (Number(hour) * 60 + Number(minute) < 1439 && date.getUTCDate() !== Number(day)) return undefined;
  let offset = 0;
  if (zone !== "Z" && zone !== "z") {
    const digits = zone.replace(":", "");
    offset = (Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3, 5))) * (zone.startsWith("-") ? -1 : 1);
  }
  return (millis - offset * 60_000) * 1000 + Number(fraction.padEnd(6, "0").slice(0, 6));
}
