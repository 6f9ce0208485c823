package org.kiln.launcher;

import static org.kiln.launcher.Command.form;

import java.util.List;
import java.util.Optional;

/** All commands, in the order of the help. What each does, {@link Main} knows. */
final class Commands {
  static final List<Command> ALL =
      List.of(
          Command.of("daemon", "run the node", form("", "Run the node until it is stopped.")),
          Command.asked(
              "status",
              "how the running node is",
              form("", "How the node is. Exit code 1 when it is not well, or not there.")),
          Command.asked(
              "doctor",
              "look at Java, disk, clock, ports, chains and peers, and say what to do",
              form(
                  "",
                  "Look at everything around the node that it needs, whether it runs or not."
                      + " Nothing stays of the few KiB that time the disk. Exit code 1 when"
                      + " something keeps it from working.")),
          Command.asked(
              "config",
              "whether the settings can be used, and where each comes from",
              form("check", "Read all settings, refuse what cannot be used.")),
          Command.asked(
              "peers",
              "who is connected, speaking what, and how Recon stands with them",
              form(
                  "",
                  "Who is connected to the node, over what, speaking which protocols, how they"
                      + " score, and how Recon stands with them."),
              form("block PEER", "Speak Recon with that peer no more."),
              form("unblock PEER", "Speak with it again."),
              form("forget MODEL", "Drop what clients of /ceramic asked for with that model.")),
          Command.asked(
              "anchor",
              "how anchoring stands; 'now' sends what waits",
              form("", "How anchoring stands."),
              form("now", "Send what waits at once. Exit code 1 when it could not be.")),
          Command.asked(
              "access",
              "who may operate the node, and what they did",
              form("[list]", "Who may."),
              form("add NAME [viewer|operator]", "Let somebody in; prints a new password."),
              form("remove NAME", "Let somebody in no more."),
              form(
                  "reset [NAME]",
                  "A new password for NAME (operator). When the node does not run: forget all."),
              form("audit", "The newest 50 things operators did.")),
          Command.asked(
              "plugin",
              "look at and change the plugins of the running node",
              form("[list]", "What is installed, from where, and how it is."),
              form("check [--drop] JAR", "What would keep that jar from being installed."),
              form("install JAR", "Install it; it is taken back when it is not well."),
              form(
                  "upgrade [--drop] JAR",
                  "Put it in the place of its other version. --drop: what only that one served is"
                      + " meant to go."),
              form("rollback NAME", "Go back to the version before."),
              form("start NAME", "Start one that was stopped."),
              form("stop NAME", "Stop it, also over restarts."),
              form(
                  "uninstall [--yes] NAME",
                  "Remove it. --yes: streams that need it may wait for its return."),
              form("history", "The newest 50 changes.")),
          Command.of(
              "index",
              "the models whose documents are indexed",
              form("[list]", "Which models, how many documents, how far."),
              form("add MODEL", "Index the documents of that model, those that are there too."),
              form("remove MODEL", "Index them no more.")),
          Command.of(
              QueryCommand.NAME,
              "ask the running node in SQL; it needs sql.address",
              form(
                  "[--format table|csv|json|arrow|parquet] SQL",
                  "The answer to a statement on the standard output. Exit code 2 when the statement"
                      + " is wrong, 1 when it takes too much or the node does not answer."),
              form(
                  "--follow [--after N] SQL",
                  "The rows of a table that ends in _feed, those there are and those to come, after"
                      + " N; cut off, it goes on where it was. As table, csv or json."),
              form(
                  "--url URL SQL",
                  "Ask a node that answers anyone (sql.http), as http://127.0.0.1:5101.")),
          Command.of(
              ExportCommand.NAME,
              "keep events and states as Parquet files; it needs sql.address",
              form(
                  "[--url URL] DIR",
                  "Write files by model and day into DIR. Said again it goes on, and adds what has"
                      + " come since.")),
          Command.of(
              "rebuild",
              "derive states or the index anew; the node must be stopped",
              form("", "Derive all states anew from the event log."),
              form("--index", "Derive the index of documents anew from the streams.")),
          Command.of(
              "migrate",
              "move everything to another store; the node must be stopped",
              form("--from STORE --to STORE", "Copy all, verify it, then use the copy."),
              form("--undo", "Go back to the store before, while it is there.")),
          Command.of(
              "import",
              "take over the events of a ceramic-one; both must be stopped",
              form(
                  "--from-ceramic-one DIR",
                  "Take over, verified, what a ceramic-one has in its store directory. Begun again"
                      + " it goes on.")),
          Command.of(
              BackupCommand.NAME,
              "copy the node to another directory, beside its work",
              form(
                  "[--without-identity] DIR",
                  "Copy all that makes up the node to DIR, while it runs or not. A backup that is"
                      + " there is brought up to date: only what is new is copied."
                      + " --without-identity: not the keys by which others know it and with which"
                      + " it pays; the settings file is copied, with the passwords in it.")),
          Command.of(
              RestoreCommand.NAME,
              "make a data directory of a backup",
              form(
                  "[--without-identity] DIR",
                  "Make the directory that --data names, which must be empty, of the backup in DIR."
                      + " --without-identity: another node with the same events.")),
          Command.of(
              "check",
              "look through the whole store for damage",
              form(
                  "",
                  "Look through the whole store, beside the node's work when it runs. Exit code 3"
                      + " when something is not as it was written.")),
          Command.of(
              "rescue",
              "save what can be read of a damaged store; the node must be stopped",
              form("", "Save all that can be read into a new store, and list what is lost.")),
          Command.apart(
              "inspect",
              "print what is in a StreamID, CommitID, EventId, CID, block, CAR or event",
              form("ID|FILE", "Print what is in it; 'kiln inspect' alone says more.")),
          Command.apart(
              "completion",
              "make your shell complete commands and settings",
              form("bash", "Print it for bash: source <(kiln completion bash)"),
              form("zsh", "Print it for zsh: source <(kiln completion zsh)"),
              form("fish", "Print it for fish: kiln completion fish | source")),
          Command.apart(
              "version", "the release", form("", "The release, and the Java it runs on.")),
          Command.apart(
              "help",
              "this; 'kiln help COMMAND' says more of one, 'kiln help settings' lists all settings",
              form("[COMMAND]", "What there is, or what one command does."),
              form("settings", "Every setting with what it does and its default.")));

  private Commands() {}

  static Optional<Command> find(String name) {
    return ALL.stream().filter(command -> command.name().equals(name)).findFirst();
  }

  static List<String> names() {
    return ALL.stream().map(Command::name).toList();
  }
}
