// Starts `bert lsp` for the .head files that are open, and ends it with the window.

const { window, workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

exports.activate = async () => {
  const command = workspace.getConfiguration("bert").get("command");
  const server = { command, args: ["lsp"] };
  client = new LanguageClient("bert", "BERT heads", server, { documentSelector: [{ language: "head" }] });
  try {
    await client.start();
  } catch (error) {
    const install = "cargo install --path bert-runtime --features cli";
    window.showErrorMessage(`\`${command} lsp\` does not start: ${error.message}. \`${install}\` installs it, and the setting bert.command says where it is.`);
  }
};

exports.deactivate = () => client?.stop();
