/**
 * Holds the script of the pages: it reloads their changing part every second and appends to the log. Remote text is
 * inserted as text, never as HTML.
 */
export const script = `
const main = () => document.querySelector('main');
const log = document.querySelector('#log');
const most = 1000000;

async function lookAgain() {
  const answer = await fetch(location.href);
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const next = page.querySelector('main');
  if (next !== null && next.innerHTML !== main().innerHTML) main().replaceWith(next);
}

async function grow() {
  for (;;) {
    const answer = await fetch(log.dataset.more + '?from=' + log.dataset.next);
    const piece = await answer.json();
    const following = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
    if (piece.text !== '') log.append(piece.text);
    while (log.textContent.length > most && log.childNodes.length > 1) log.firstChild.remove();
    log.dataset.next = piece.next;
    log.dataset.complete = piece.complete;
    if (following) log.scrollTop = log.scrollHeight;
    if (piece.text === '') return;
  }
}

async function tick() {
  try {
    await lookAgain();
    if (log !== null && log.dataset.complete !== 'true') await grow();
    document.body.classList.remove('away');
  } catch {
    document.body.classList.add('away');
  }
  setTimeout(tick, 1000);
}
if (log !== null) log.scrollTop = log.scrollHeight;
setTimeout(tick, 1000);
`;
