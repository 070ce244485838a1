package com.example.tour;

import io.github.cdkpatternbook.ISharedFiles;
import software.amazon.awscdk.services.efs.IFileSystem;

/** Files of the user's own. */
final class OwnFiles implements ISharedFiles {
  private final IFileSystem fileSystem;

  OwnFiles(final IFileSystem fileSystem) {
    this.fileSystem = fileSystem;
  }

  @Override
  public IFileSystem getFileSystem() {
    return fileSystem;
  }
}
