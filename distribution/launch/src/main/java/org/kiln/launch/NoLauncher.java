package org.kiln.launch;

/** Stands in where the framework was started by somebody else. */
enum NoLauncher implements Launcher {
  INSTANCE;

  @Override
  public int startLevel() {
    return NODE_LEVEL;
  }

  @Override
  public void refuse(String sentence) {
    // whoever refuses also throws it
  }

  @Override
  public void firstPassword(String password) {
    // nobody to show it to; 'kiln access' makes another
  }
}
