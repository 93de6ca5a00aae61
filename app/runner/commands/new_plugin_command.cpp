#include "command.h"
#include "io/write.h"
#include "new_plugin/templates.h"

#include <array>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numeric>

namespace discern::runner {
namespace fs = std::filesystem;

namespace {

void replaceAll(std::string& text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

/// The words of "my first_Plugin": my, first, plugin.
std::vector<std::string> wordsOf(const std::string& name) {
  std::vector<std::string> words;
  bool inside = false;
  for (const char raw : name) {
    const auto letter = static_cast<unsigned char>(raw);
    if (std::isalnum(letter) == 0) {
      inside = false;
      continue;
    }
    if (!inside) words.emplace_back();
    inside = true;
    words.back() += static_cast<char>(std::tolower(letter));
  }
  return words;
}

std::string joined(const std::vector<std::string>& words, const char* between) {
  std::string text;
  for (const std::string& word : words)
    text += (text.empty() ? "" : between) + word;
  return text;
}

void writeText(const fs::path& path, const std::string& text, bool executable) {
  fs::create_directories(path.parent_path());
  std::ofstream file(path);
  file << text;
  file.close();
  if (!file) throw data::UsageError(path.string() + " can't be written");
  if (executable)
    fs::permissions(path, fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec,
                    fs::perm_options::add);
}

/// Whether a script of that name would hide a module that Python, NumPy or the script itself imports. `name`: letters,
/// digits and "_" alone.
bool isPythonModule(const std::string& name) {
  if (name == "discern" || name == "numpy" || name == "h5py") return true;
  const std::string ask = "python3 -I -c 'import importlib.util as u, sys; sys.exit(0 if u.find_spec(\"" + name +
                          "\") else 1)' >/dev/null 2>&1";
  return std::system(ask.c_str()) == 0; // the name holds nothing that a shell would read
}

} // namespace

int newPluginCommand(const std::vector<std::string>& given) {
  const Arguments arguments(given, {"language", "id"}, {});
  const auto& names = arguments.words();
  if (names.empty() || names.size() > 2)
    throw data::UsageError("new-plugin takes a name, and perhaps a folder to make");
  const std::string language = arguments.value("language", "python");
  const std::vector<Template> files = templatesFor(language);
  if (files.empty())
    throw data::UsageError("--language is c++, python or shell, found \"" + language +
                           "\" (for any other, begin with shell: the manifest's entry names the program)");
  const std::vector<std::string> words = wordsOf(names[0]);
  if (words.empty() || std::isdigit(static_cast<unsigned char>(words[0][0])) != 0)
    throw data::UsageError("a plugin's name begins with a letter of a to z, found \"" + names[0] + "\"");
  std::string file = joined(words, "_");
  const std::string id = arguments.value("id", "org.example." + joined(words, "-"));
  const fs::path folder = names.size() > 1 ? names[1] : file;
  std::error_code unknown;
  if (fs::exists(folder, unknown) && !fs::is_empty(folder, unknown))
    throw data::UsageError(folder.string() +
                           " is there already, and not empty; give a folder to make as the last word");

  std::string title = joined(words, " "), type;
  title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(title[0])));
  for (std::string word : words) {
    word[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(word[0])));
    type += word;
  }
  const bool library = language == "c++";
  if (language == "python" && isPythonModule(file)) file += "_analysis";
  const std::string source = file + (library ? ".cpp" : language == "python" ? ".py" : ".sh");
  const std::string entry = library ? R"({"library": ")" + file + R"(.so"})"
                                    : R"({"program": ")" + source + R"(", "interpreter": ["python3"]})";
  for (const Template& one : files) {
    std::string path = one.path, text = one.text;
    for (std::string* filled : {&path, &text})
      for (const auto& [mark, value] : std::initializer_list<std::pair<const char*, std::string>>{
               {"@ENTRY@", entry},
               {"@BUILD@", library ? "    cmake -B build && cmake --build build && cmake --install build\n" : ""},
               {"@PLUGIN@", library ? "$here/build/plugin" : "$here"},
               {"@SOURCE@", source},
               {"@TITLE@", title},
               {"@CLASS@", type},
               {"@FILE@", file},
               {"@ID@", id}})
        replaceAll(*filled, mark, value);
    writeText(folder / path, text, one.executable);
  }
  // What the test reads: 0 … 7, as (z, y, x) = (1, 2, 4).
  std::array<float, 8> values{};
  std::iota(values.begin(), values.end(), 0.0F);
  fs::create_directories(folder / "test");
  constexpr std::array<std::int64_t, 3> shape{1, 2, 4};
  io::writeNpy((folder / "test" / "image.npy").string(), data::ScalarType::Float32, shape,
               std::as_bytes(std::span(values)));
  std::printf("%s: %s, in %s. Try it: %s/test.sh\n", folder.string().c_str(), id.c_str(), language.c_str(),
              folder.string().c_str());
  return Done;
}

} // namespace discern::runner
