/**
 * The many ways in which the service writes a moment, and the two in which it reads one.
 * Pure; refuses to know what time it is. The service's wall clock is China's, all year +08:00.
 */
const chinaOffset = 8 * 60 * 60 * 1000;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export type Language = 'zh' | 'en';

const china = (ms: number): Date => new Date(ms + chinaOffset);
const two = (value: number): string => String(value).padStart(2, '0');

/** `2020-12-30T17:33:11+08:00`, as the histories have it. */
export const chinaTime = (ms: number): string => `${china(ms).toISOString().slice(0, 19)}+08:00`;

/** `2022-10-11T16:28:42.000+08:00`, seen live in records. */
export const chinaTimeMillis = (ms: number): string => `${china(ms).toISOString().slice(0, 23)}+08:00`;

/** `2022-10-11T08:28:42.000+00:00`, as the reference's records have it. */
export const utcTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 23)}+00:00`;

/** `20221011`, the first part of a daily build number. */
export const chinaDay = (ms: number): string => china(ms).toISOString().slice(0, 10).replaceAll('-', '');

/** The stamp that opens a line of a build's log. */
export function logStamp(ms: number, language: Language): string {
  const date = china(ms);
  const time = date.toISOString().slice(11, 23);
  const day = two(date.getUTCDate());
  if (language === 'en') {
    return `[${months[date.getUTCMonth()]} ${day}, ${date.getUTCFullYear()} ${time} GMT+08:00]`;
  }
  return `[${date.getUTCFullYear()}/${two(date.getUTCMonth() + 1)}/${day} ${time} GMT+08:00]`;
}

/** Reads `yyyy-MM-dd` or `yyyy-MM-dd HH:mm:ss` on the China clock; anything else is undefined. */
export function parseChinaTime(text: string): number | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2}:\d{2}))?$/.exec(text);
  if (match === null) return undefined;
  const ms = Date.parse(`${match[1]}T${match[2] ?? '00:00:00'}+08:00`);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Reads the gateway's `yyyyMMddTHHmmssZ`. */
export function parseSdkDate(text: string): number | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}
