/**
 * Gives responses the other shapes that they may have. The comments say which of them were seen on the live service; the
 * others follow from a table or a sample of the reference, or are guesses. The meaning of a response stays the same.
 */

import * as v from 'valibot';
import { chinaTimeMillis } from './dates.ts';
import { type Json, jsonSchema } from './json.ts';
import type { CallName, Route } from './routes.ts';

type JsonObject = { readonly [name: string]: Json };

const isObject = (json: Json | undefined): json is JsonObject =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

export function possibleShape({ call, edition }: Route, body: Json): Json {
  const change = (edition === 'new' ? newChanges[call] : undefined) ?? changes[call];
  return change === undefined || !isObject(body) ? body : change(body);
}

/** Seen live: another prefix of the code for what is not found. */
export const possibleCode = (code: string): string => (code === 'CB.00031006' ? 'DEVCB.00031006' : code);

const changes: Partial<Record<CallName, (body: JsonObject) => Json>> = {
  // Seen live.
  start: (body) => ({ status: 'success', error: null, result: body }),
  // The times were seen live; numbers as text are a guess.
  record: (body) => mapResult(body, (record) => textNumbers(chinaTimes(record))),
  // Seen live.
  'record-v3': (body) => mapResult(body, (record) => epochTimes(camelCase(record))),
  // The sample's list that holds one map; the table and the official client know the map alone. Numbers: a guess.
  details: (body) => ({ ...textNumbers(body), parameters: [body['parameters'] ?? {}] }),
  // The types that the table names.
  log: (body) => mapResult(body, textNumbers),
  // A guess.
  output: (body) => {
    const result = body['result'];
    const nothing = isObject(result) && Object.values(result).every((value) => value === null);
    const error = { code: 'DEV.CB.0310001', message: '没有构建产物' };
    return nothing ? { status: 'error', error, result: null } : body;
  },
  // The sample's object; the table and the official clients have text.
  'update-notice': noticeObject,
  'disable-notice': noticeObject,
  // Seen live.
  stop: () => '',
  'flow-graph': (body) =>
    mapResult(body, (graph) => ({ ...graph, vertices: mapEach(graph['vertices'], childVertex) })),
};

/** Where the newer edition's calls differ from the older one's. */
const newChanges: Partial<Record<CallName, (body: JsonObject) => Json>> = {
  // The sample has numbers; the table and the official clients have text.
  log: (body) =>
    mapResult(body, (piece) => ({
      ...piece,
      start_offset: Number(piece['start_offset']),
      end_offset: Number(piece['end_offset']),
    })),
};

/** A guess: a child that never ran has an empty status. */
const childVertex = (vertex: JsonObject): JsonObject =>
  vertex['status'] === 'SKIPPED' ? { ...vertex, status: '' } : vertex;

function noticeObject(body: JsonObject): JsonObject {
  const { result } = body;
  return typeof result === 'string' ? { ...body, result: v.parse(jsonSchema, JSON.parse(result)) } : body;
}

function mapResult(body: JsonObject, change: (result: JsonObject) => JsonObject): JsonObject {
  const result = body['result'];
  return isObject(result) ? { ...body, result: change(result) } : body;
}

const mapEach = (list: Json | undefined, change: (item: JsonObject) => JsonObject): Json =>
  Array.isArray(list) ? list.map((item: Json) => (isObject(item) ? change(item) : item)) : (list ?? null);

const mapValues = (object: JsonObject, change: (value: Json) => Json): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));

const textNumbers = (object: JsonObject): JsonObject =>
  mapValues(object, (value) =>
    typeof value === 'number' || typeof value === 'boolean' ? String(value) : value,
  );

const isTime = (value: Json): value is string =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T[\d:.]+\+00:00$/.test(value);

const chinaTimes = (object: JsonObject): JsonObject =>
  mapValues(object, (value) => (isTime(value) ? chinaTimeMillis(Date.parse(value)) : value));

const epochTimes = (object: JsonObject): JsonObject =>
  mapValues(object, (value) => (isTime(value) ? Date.parse(value) : value));

const camelCase = (object: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(object).map(([name, value]) => [
      name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
