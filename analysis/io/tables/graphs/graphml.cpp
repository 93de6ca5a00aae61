#include "io/tables/graphs/graphml.h"

#include "io/file_text.h"
#include "io/tables/graphs/network.h"
#include "io/tables/text/cells.h"
#include "io/tables/text/xml_parser.h"

#include <cmath>

namespace discern::io {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

struct Key {
  std::string name, fallback;
  bool number = false;
};

/// The values of a key, in the order of the nodes or edges; filled up as they come.
struct Values {
  std::vector<double> numbers;
  std::vector<std::string> texts;
  void set(const Key& key, std::size_t place, const std::string& text) {
    if (key.number) {
      numbers.resize(std::max(numbers.size(), place + 1), numberOf(key.fallback).value_or(none));
      numbers[place] = text == "true" ? 1 : text == "false" ? 0 : numberOf(text).value_or(none);
    } else {
      texts.resize(std::max(texts.size(), place + 1), key.fallback);
      texts[place] = cleanText(text);
    }
  }
};

class Builder {
public:
  explicit Builder(std::string path) : path_(std::move(path)) {}

  void start(const std::string& name, const XmlHandler::Attributes& attributes) {
    const auto value = [&](const char* key) {
      const auto at = attributes.find(key);
      return at == attributes.end() ? std::string() : at->second;
    };
    if (name == "key") {
      current_ = value("id");
      const std::string type = value("attr.type");
      Key key{value("attr.name").empty() ? current_ : value("attr.name"), "",
              type == "int" || type == "long" || type == "float" || type == "double" || type == "boolean"};
      const std::string kind = value("for");
      if (kind == "node" || kind == "all" || kind.empty()) nodeKeys_[current_] = key;
      if (kind == "edge" || kind == "all" || kind.empty()) edgeKeys_[current_] = key;
    } else if (name == "graph") {
      if (depth_++ == 0 && graphs_++ == 0) network.directed = value("edgedefault") != "undirected";
      if (depth_ > 1 || graphs_ > 1) ++skipped;
    } else if (name == "data") {
      current_ = value("key");
    } else if (!inside()) {
      return;
    } else if (name == "node") {
      at_ = At::Node;
      const std::string id = value("id");
      if (id.empty()) throw data::ReadError(path_, "a node of the GraphML file has no id");
      network.node(cleanText(id));
      place_ = static_cast<std::size_t>(network.find(cleanText(id)));
    } else if (name == "edge") {
      at_ = At::Edge;
      ends_.emplace_back(cleanText(value("source")), cleanText(value("target")));
      place_ = ends_.size() - 1;
    } else if (name == "hyperedge" || name == "port") {
      ++skipped;
    }
  }

  void end(const std::string& name, const std::string& text) {
    if (name == "graph")
      --depth_;
    else if (name == "default")
      setDefault(text);
    else if (name == "node" || name == "edge")
      at_ = At::Graph;
    else if (name == "data" && inside() && at_ != At::Graph)
      setData(text);
  }

  /// Ends the graph: edges find their nodes, columns are filled up.
  void finish() {
    for (const auto& [from, to] : ends_) {
      const std::int64_t a = network.find(from), b = network.find(to);
      if (a < 0 || b < 0)
        throw data::ReadError(path_, "an edge of the GraphML file goes from \"" + from + "\" to \"" + to +
                                         "\", but \"" + (a < 0 ? from : to) + "\" is no node");
      network.from.push_back(a);
      network.to.push_back(b);
    }
    fill(nodeKeys_, nodeValues_, network.names.size(), network.nodeColumns);
    fill(edgeKeys_, edgeValues_, ends_.size(), network.edgeColumns);
  }

  Network network;
  std::int64_t skipped = 0;

private:
  enum class At { Graph, Node, Edge };
  [[nodiscard]] bool inside() const { return depth_ == 1 && graphs_ == 1; }
  void setDefault(const std::string& text) {
    for (auto* keys : {&nodeKeys_, &edgeKeys_})
      if (const auto at = keys->find(current_); at != keys->end()) at->second.fallback = std::string(trimmed(text));
  }
  void setData(const std::string& text) {
    auto& keys = at_ == At::Node ? nodeKeys_ : edgeKeys_;
    auto key = keys.find(current_);
    if (key == keys.end()) key = keys.emplace(current_, Key{current_, "", false}).first;
    (at_ == At::Node ? nodeValues_ : edgeValues_)[current_].set(key->second, place_, text);
  }
  static void fill(const std::map<std::string, Key>& keys, std::map<std::string, Values>& values, std::size_t count,
                   std::vector<NetworkColumn>& columns) {
    for (auto& [id, value] : values) {
      const Key& key = keys.at(id);
      NetworkColumn column{key.name, "", {}, {}};
      if (key.number) {
        value.numbers.resize(count, numberOf(key.fallback).value_or(none));
        column.numbers = std::move(value.numbers);
      } else {
        value.texts.resize(count, key.fallback);
        column.texts = std::move(value.texts);
      }
      columns.push_back(std::move(column));
    }
    std::vector<std::string> names{"node", "source", "target"};
    for (const NetworkColumn& column : columns)
      names.push_back(column.name);
    makeUnique(names);
    for (std::size_t i = 0; i < columns.size(); ++i)
      columns[i].name = names[i + 3];
  }

  std::string path_, current_;
  std::map<std::string, Key> nodeKeys_, edgeKeys_;
  std::map<std::string, Values> nodeValues_, edgeValues_;
  std::vector<std::pair<std::string, std::string>> ends_;
  At at_ = At::Graph;
  std::size_t place_ = 0;
  int depth_ = 0, graphs_ = 0;
};

} // namespace

bool isGraphml(const Candidate& candidate) {
  const std::string_view text = trimmed(candidate.text());
  return text.starts_with('<') && (text.find("<graphml") != std::string_view::npos);
}

std::shared_ptr<data::Dataset> openGraphml(const Candidate& candidate) {
  Builder builder(candidate.path());
  const auto stream = streamOf(candidate.file);
  parseXml(candidate.path(), *stream,
           {[&](const std::string& name, const XmlHandler::Attributes& attributes) { builder.start(name, attributes); },
            [&](const std::string& name, const std::string& text) { builder.end(name, text); }});
  builder.finish();
  data::DatasetInfo info;
  info.path = candidate.path();
  info.format = "GraphML";
  if (builder.skipped > 0)
    info.warnings.push_back(std::to_string(builder.skipped) +
                            " nested or further graphs, hyperedges and ports are left out");
  return networkDataset(std::move(info), std::move(builder.network));
}

} // namespace discern::io
