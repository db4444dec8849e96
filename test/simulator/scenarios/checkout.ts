/** The step that every build begins with: it checks out the code. */
type CheckoutStep = { name: string; mark: string; moduleId: string; seconds: number; checkout: string };

export function checkout(repository: string, seconds: number, language: 'zh' | 'en' = 'zh'): CheckoutStep {
  return {
    name: language === 'zh' ? '代码检出' : 'Code checkout',
    mark: 'checkout',
    moduleId: 'devcloud2018.codeci_action_20000.checkout',
    seconds,
    checkout: repository,
  };
}
