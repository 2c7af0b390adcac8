const RFC3339 =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s?([Zz]|[+-]\d{2}:?\d{2})?)?$/;

/** Microseconds since 1970 of an RFC 3339 date-time, or of a bare date; undefined where it is neither. No zone = UTC. */
export function parseDatetime(text: string): number | undefined {
  const plain = parsePlain(text);
  if (plain !== undefined) return plain;
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

/** `2026-01-02T03:04:05Z` and `…05.678Z`, what machines write, without a regular expression: each write of a point comes here. */
function parsePlain(text: string): number | undefined {
  const { length } = text;
  if ((length !== 20 && length !== 24) || text[length - 1] !== "Z" || text[10] !== "T") return undefined;
  if (text[4] !== "-" || text[7] !== "-" || text[13] !== ":" || text[16] !== ":") return undefined;
  const millis = length === 20 ? 0 : text[19] === "." ? digits(text, 20, 23) : Number.NaN;
  const [month, day] = [digits(text, 5, 7), digits(text, 8, 10)];
  const [hour, minute, second] = [digits(text, 11, 13), digits(text, 14, 16), digits(text, 17, 19)];
  const usual = month >= 1 && month <= 12 && day >= 1 && day <= 28 && hour <= 23 && minute <= 59 && second <= 59;
  if (!usual) return undefined;
  const micros = Date.UTC(digits(text, 0, 4), month - 1, day, hour, minute, second, millis) * 1000;
  return Number.isNaN(micros) ? undefined : micros;
}

function digits(text: string, from: number, to: number): number {
  let number = 0;
  for (let i = from; i < to; i += 1) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    number = number * 10 + digit;
  }
  return number;
}
