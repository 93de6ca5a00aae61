#include "command.h"

namespace discern::runner {

Arguments::Arguments(const std::vector<std::string>& words, const std::set<std::string>& options,
                     const std::set<std::string>& flags) {
  bool onlyWords = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (onlyWords || !word.starts_with("--")) {
      words_.push_back(word);
      continue;
    }
    if (word == "--") {
      onlyWords = true;
      continue;
    }
    const auto equals = word.find('=');
    const std::string name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
    if (flags.contains(name) && equals == std::string::npos) {
      flags_.insert(name);
    } else if (options.contains(name)) {
      if (equals != std::string::npos) {
        options_[name].push_back(word.substr(equals + 1));
      } else if (i + 1 < words.size()) {
        options_[name].push_back(words[++i]);
      } else {
        throw data::UsageError("--" + name + " needs a value");
      }
    } else {
      throw data::UsageError("unknown option " + word);
    }
  }
}

bool Arguments::has(const std::string& name) const { return flags_.contains(name) || options_.contains(name); }

std::string Arguments::value(const std::string& name, const std::string& fallback) const {
  const auto found = options_.find(name);
  return found == options_.end() ? fallback : found->second.back();
}

std::vector<std::string> Arguments::values(const std::string& name) const {
  const auto found = options_.find(name);
  return found == options_.end() ? std::vector<std::string>{} : found->second;
}

} // namespace discern::runner
