/** Steps that several scenarios share: a Maven build that succeeds, and an image that is pushed. */
import type { ScenarioSource } from '../scenario.ts';

type StepSource = ScenarioSource['steps'][number];

export const mavenModule = 'devcloud2018.codeci_action_20043.action';

export const mavenHead: NonNullable<StepSource['lines']> = [
  { text: '$ docker pull swr.cn-north-4.myhuaweicloud.com/codeci/maven:3.8.5-jdk17', level: 'stamp' },
  { text: '+ mvn package -Dmaven.test.failure.ignore=false -U -e -X -B', level: 'raw' },
  { text: 'settings.xml: /root/.m2/settings.xml, mirrors: 2', level: 'DEBUG' },
  'Scanning for projects...',
  '',
  '------------------------< com.example.demo:server >------------------------',
  'Building server 1.0',
  '--------------------------------[ jar ]---------------------------------',
];

export const mavenCompile: NonNullable<StepSource['lines']> = [
  'Downloading from mirror: https://repo.example.com/maven2/org/springframework/spring-core/6.1.2/spring-core-6.1.2.jar',
  'Downloaded from mirror: https://repo.example.com/maven2/org/springframework/spring-core/6.1.2/spring-core-6.1.2.jar (1.9 MB at 6.2 MB/s)',
  '--- maven-resources-plugin:3.3.1:resources (default-resources) @ server ---',
  'Copying 2 resources from src/main/resources to target/classes',
  '--- maven-compiler-plugin:3.11.0:compile (default-compile) @ server ---',
  'Changes detected - recompiling the module! :source',
  'Compiling 27 source files with javac [debug release 17] to target/classes',
];

export const containerStop = {
  text: '$ docker stop --time=1 8db533bfed323ffeb24d4698b65af3b4d6f138c9e7c0297ee9e33442648b87ea',
  level: 'stamp',
} as const;

export function mavenPackage(seconds: number): StepSource {
  return {
    name: 'Maven构建',
    mark: 'external_post_maven',
    moduleId: mavenModule,
    seconds,
    lines: [
      ...mavenHead,
      ...mavenCompile,
      { text: 'Some input files use unchecked or unsafe operations.', level: 'WARNING' },
      '--- maven-surefire-plugin:3.1.2:test (default-test) @ server ---',
      'Running com.example.demo.OrderServiceTest',
      'Tests run: 14, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.87 s -- in com.example.demo.OrderServiceTest',
      'Running com.example.demo.订单编号Test',
      'Tests run: 3, Failures: 0, Errors: 0, Skipped: 1, Time elapsed: 0.05 s -- in com.example.demo.订单编号Test',
      '--- maven-jar-plugin:3.3.0:jar (default-jar) @ server ---',
      'Building jar: {{workspace}}/target/server-1.0.jar',
      '------------------------------------------------------------------------',
      'BUILD SUCCESS',
      '------------------------------------------------------------------------',
      'Total time: 5.408 s',
      '------------------------------------------------------------------------',
      containerStop,
    ],
  };
}

export function imagePush(seconds: number): StepSource {
  return {
    name: '制作镜像并推送到SWR仓库',
    mark: 'buildImage',
    moduleId: 'devcloud2018.codeci_action_20003.action',
    seconds,
    lines: [
      {
        text: 'docker login -u cn-north-4@HPUAEXAMPLEACCESSKEY -p ******** swr.cn-north-4.myhuaweicloud.com',
        tagged: true,
      },
      { text: '+ docker build -t server:1.0.{{number}} -f ./Dockerfile .', level: 'raw' },
      { text: 'Sending build context to Docker daemon  19.31MB', level: 'raw' },
      { text: 'Step 1/4 : FROM swr.cn-north-4.myhuaweicloud.com/demo/jre:17', level: 'raw' },
      { text: ' ---> 5f2a1ce0d0f2', level: 'raw' },
      { text: 'Step 2/4 : COPY target/server-1.0.jar /opt/server.jar', level: 'raw' },
      { text: ' ---> 1c77d1f04c0e', level: 'raw' },
      { text: 'Step 3/4 : EXPOSE 8080', level: 'raw' },
      { text: 'Step 4/4 : ENTRYPOINT ["java","-jar","/opt/server.jar"]', level: 'raw' },
      { text: 'Successfully built 9a0c7a5b3f61', level: 'raw' },
      {
        text: '+ docker push swr.cn-north-4.myhuaweicloud.com/demo/server:1.0.{{number}}',
        level: 'raw',
      },
      { text: '1c77d1f04c0e: Pushed', level: 'raw' },
      {
        text: '1.0.{{number}}: digest: sha256:2bb0b3ff1f5c0f6a2b1c4d0f7d0a9f4f1b7b4b3a6c4f6a8a9d0e1c2b3a495867 size: 1162',
        level: 'raw',
      },
      { text: '镜像推送成功。', tagged: true },
    ],
  };
}
