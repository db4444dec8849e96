// Preloaded by npm scripts: says in one line what to do where the project's own Node 24 is missing.

if (!process.versions.node.startsWith('24.')) {
  console.error(
    `This is Node ${process.version}, and the project needs Node 24, which npm installs as the package "node". ` +
      'Run: npm rebuild node --ignore-scripts=false',
  );
  process.exit(2);
}
