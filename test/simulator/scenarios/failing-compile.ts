/** A Maven build in which javac does not find a symbol; the steps after it do not run. */
import type { ScenarioSource } from '../scenario.ts';
import { checkout } from './checkout.ts';
import { containerStop, mavenCompile, mavenHead, mavenModule } from './parts.ts';

export const failingCompile: ScenarioSource = {
  name: 'failing-compile',
  description: 'javac finds a missing symbol in App.java; ends as FAILURE with DEV.CB.0210043',
  queueSeconds: 0.3,
  errorMessage: 'DEV.CB.0210043: Maven构建失败',
  steps: [
    checkout('server', 1),
    {
      name: 'Maven构建',
      mark: 'external_post_maven',
      moduleId: mavenModule,
      seconds: 3,
      result: 'error',
      error: { code: 'DEV.CB.0210043', message: '命令执行失败，退出码: 1，请检查构建命令和代码。' },
      lines: [
        ...mavenHead,
        ...mavenCompile,
        { text: 'COMPILATION ERROR : ', level: 'ERROR' },
        {
          text: '{{workspace}}/src/main/java/com/example/demo/App.java:[12,5] cannot find symbol',
          level: 'ERROR',
        },
        { text: '  symbol:   class OrderServcie', level: 'ERROR' },
        { text: '  location: class com.example.demo.App', level: 'ERROR' },
        '1 error',
        'BUILD FAILURE',
        {
          text: 'Failed to execute goal org.apache.maven.plugins:maven-compiler-plugin:3.11.0:compile (default-compile) on project server: Compilation failure',
          level: 'ERROR',
        },
        containerStop,
      ],
    },
    {
      name: '上传软件包到软件发布库',
      mark: 'upload_artifact',
      seconds: 1,
      lines: [{ text: '上传成功', tagged: true }],
    },
  ],
};
