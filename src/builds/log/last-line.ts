// Recognises the end of a log by what CodeArts writes last (seen live). A tool may print such lines, too.

const lastLine = /^(?:\[[^\]]+\] ?)?(?:\[INFO\] *:? *)?Finished: [A-Z][A-Z_]*$/;

/** UTF-16 units in which the last two lines have room. */
const reach = 512;

/** True when this end of a log may be its last: `Finished: WORD`, with or without a date and a level. */
export function hasLastLine(tail: string): boolean {
  const end = tail.slice(-reach).trimEnd();
  return lastLine.test(end.slice(end.lastIndexOf('\n') + 1));
}

/** True when this beginning of a log is CodeArts' own line about the start of the build. */
export function saysStarted(head: string): boolean {
  return head.slice(0, reach).includes('[JobStatusPlugin] onStarted: ');
}

/** True when this end of a log says that the build is over; the last line may follow seconds later. */
export function saysCompleted(tail: string): boolean {
  return hasLastLine(tail) || tail.slice(-reach).includes('[JobStatusPlugin] onCompleted: ');
}
