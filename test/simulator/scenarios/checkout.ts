/**
 * The step that opens every build: fetching the code. Shared, because every log begins with it.
 * Refuses to be a scenario of its own.
 */
type CheckoutStep = {
  name: string;
  mark: string;
  moduleId: string;
  seconds: number;
  lines: (string | { text: string; level: 'stamp' | 'raw' | 'DEBUG' })[];
};

export function checkout(repository: string, seconds: number, language: 'zh' | 'en' = 'zh'): CheckoutStep {
  return {
    name: language === 'zh' ? '代码检出' : 'Checkout',
    mark: 'checkout',
    moduleId: 'devcloud2018.codeci_action_20000.checkout',
    seconds,
    lines: [
      { text: `$ git init /home/slave/workspace/${repository}`, level: 'stamp' },
      {
        text: `$ git fetch --tags --progress https://codehub.devcloud.example.com/demo/${repository}.git +refs/heads/*:refs/remotes/origin/* --depth=1`,
        level: 'stamp',
      },
      { text: 'remote: Enumerating objects: 148, done.', level: 'raw' },
      { text: 'remote: Counting objects: 100% (148/148), done.', level: 'raw' },
      { text: 'credential helper: store --file=/home/slave/.git-credentials', level: 'DEBUG' },
      { text: '$ git checkout -f {{commit}}', level: 'stamp' },
      'HEAD is now at {{commit}} ({{branch}})',
    ],
  };
}
