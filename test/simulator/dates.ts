/**
 * Formats times in the ways the service writes them, and parses the two it accepts. The service's wall clock is China's:
 * +08:00 all year.
 */
const chinaOffset = 8 * 60 * 60 * 1000;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export type Language = 'zh' | 'en';

const china = (ms: number): Date => new Date(ms + chinaOffset);
const two = (value: number): string => String(value).padStart(2, '0');

/** `2020-12-30T17:33:11+08:00`, as in the histories. */
export const chinaTime = (ms: number): string => `${china(ms).toISOString().slice(0, 19)}+08:00`;

/** `2022-10-11T16:28:42.000+08:00`, seen live in records. */
export const chinaTimeMillis = (ms: number): string => `${china(ms).toISOString().slice(0, 23)}+08:00`;

/** `2022-10-11T08:28:42.000+00:00`, as in the records of the reference. */
export const utcTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 23)}+00:00`;

/** `20221011`, the first part of a daily build number. */
export const chinaDay = (ms: number): string => china(ms).toISOString().slice(0, 10).replaceAll('-', '');

/** The date at the beginning of a line of a build's log. */
export function logStamp(ms: number, language: Language): string {
  const date = china(ms);
  const time = date.toISOString().slice(11, 23);
  const day = two(date.getUTCDate());
  if (language === 'en') {
    return `[${months[date.getUTCMonth()]} ${day}, ${date.getUTCFullYear()} ${time} GMT+08:00]`;
  }
  return `[${date.getUTCFullYear()}/${two(date.getUTCMonth() + 1)}/${day} ${time} GMT+08:00]`;
}

/** Parses `yyyy-MM-dd` or `yyyy-MM-dd HH:mm:ss` in China's time; undefined for anything else. */
export function parseChinaTime(text: string): number | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2}:\d{2}))?$/.exec(text);
  if (match === null) return undefined;
  const ms = Date.parse(`${match[1]}T${match[2] ?? '00:00:00'}+08:00`);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Parses the X-Sdk-Date form, `yyyyMMddTHHmmssZ`. */
export function parseSdkDate(text: string): number | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}
