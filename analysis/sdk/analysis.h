#pragma once
/// What a plugin author includes. A plugin is one class derived from Analysis and a manifest.json beside it.
#include "data/error.h"
#include "data/field_source.h"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace discern::sdk {

/// Thrown by Context::checkCancelled; a plugin lets it pass.
struct Cancelled {};

/// A field that was read whole at one time step.
struct Volume {
  data::FieldInfo info;
  std::vector<std::byte> bytes;
  template <typename T>
  [[nodiscard]] std::span<const T> as() const {
    return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
  }
  /// The values as float, missing ones as NaN.
  [[nodiscard]] std::vector<float> floats() const;
  /// The values as 32-bit labels; throws UsageError when a value doesn't fit.
  [[nodiscard]] std::vector<std::int32_t> labels() const;
};

/// The inputs by their names in the manifest.
class Inputs {
public:
  /// Throws UsageError when the field has no such time step or component.
  void add(const std::string& name, std::shared_ptr<const data::FieldSource> source, std::int64_t time,
           int component = 0);
  [[nodiscard]] bool has(const std::string& name) const;
  [[nodiscard]] const data::FieldSource& field(const std::string& name) const;
  [[nodiscard]] std::int64_t time(const std::string& name) const; ///< the step the person asked for
  [[nodiscard]] int component(const std::string& name) const;     ///< 0 unless the person asked for another
  /// Reads field(name) at time(name): one time step of one component, and `info` says so.
  [[nodiscard]] Volume volume(const std::string& name) const;

private:
  struct Entry {
    std::shared_ptr<const data::FieldSource> source;
    std::int64_t time = 0;
    int component = 0;
  };
  [[nodiscard]] const Entry& entry(const std::string& name) const;
  std::map<std::string, Entry> entries_;
};

/// The parameters, complete and valid: defaults filled in, ranges and choices checked against the manifest.
class Parameters {
public:
  /// `physical`: the ranges of time that are in times, not in steps.
  explicit Parameters(nlohmann::json values, std::set<std::string> physical = {})
      : values_(std::move(values)), physical_(std::move(physical)) {}
  [[nodiscard]] double number(const std::string& name) const;
  [[nodiscard]] std::int64_t integer(const std::string& name) const;
  [[nodiscard]] bool boolean(const std::string& name) const;
  [[nodiscard]] std::string text(const std::string& name) const;                  ///< also a choice
  [[nodiscard]] std::string file(const std::string& name) const;                  ///< a path; empty: none
  [[nodiscard]] std::array<std::uint8_t, 3> color(const std::string& name) const; ///< red, green, blue
  [[nodiscard]] std::vector<std::int64_t> labels(const std::string& name) const;  ///< sorted; empty: none
  [[nodiscard]] std::string
  field(const std::string& name) const;                  ///< its name; the field itself is Inputs::volume(name)
  [[nodiscard]] int axis(const std::string& name) const; ///< 0 x, 1 y, 2 z, 3 time
  [[nodiscard]] std::array<double, 2>
  timeRange(const std::string& name) const; ///< steps or times, both included; steps where times are not known
  /// The first and the last step of a range of time, whichever of the two it is in. Throws UsageError when no step lies
  /// in it.
  [[nodiscard]] std::array<std::int64_t, 2> steps(const std::string& name, const data::TimeAxis& time) const;
  [[nodiscard]] data::Box region(const std::string& name) const;            ///< in voxels of its input; never empty
  [[nodiscard]] std::vector<double> numbers(const std::string& name) const; ///< a list, as below
  [[nodiscard]] std::vector<std::int64_t> integers(const std::string& name) const;
  [[nodiscard]] std::vector<std::string> texts(const std::string& name) const; ///< also of choices
  [[nodiscard]] const nlohmann::json& json() const { return values_; }

private:
  nlohmann::json values_;
  std::set<std::string> physical_;
};

/// Where results go. What is added is written to result.h5 when run() returns.
class Outputs {
public:
  virtual ~Outputs() = default;
  virtual void addField(const data::FieldInfo& info, std::vector<std::byte> bytes) = 0;
  virtual void addTable(const data::Table& table) = 0;
  /// Any numbers about the result, shown beside it ("threshold": 143.0, "instances": 49).
  virtual void addSummary(const std::string& name, const nlohmann::json& value) = 0;
};

/// The run's surroundings. Any thread may call.
class Context {
public:
  virtual ~Context() = default;
  virtual void phase(const std::string& name) = 0; ///< "Distance transform"
  virtual void progress(double fraction) = 0;      ///< of the whole run, 0…1
  virtual void log(const std::string& line) = 0;
  [[nodiscard]] virtual bool cancelled() const = 0;
  void checkCancelled() const {
    if (cancelled()) throw Cancelled{};
  }
  /// Publishes an intermediate field as partial/NAME.h5.
  virtual void partial(const data::FieldInfo& info, std::span<const std::byte> bytes) = 0;
  [[nodiscard]] virtual int threads() const = 0;
  [[nodiscard]] virtual std::uint64_t seed() const = 0;
  /// True when the run's time is about to end: write what there is, add a result and return. The run then counts as
  /// done, with a partial result. Ask between steps that give a result of their own, at least every second; ask only
  /// if you heed it. Of several ranks each may learn it at another time: agree first (sdk/mpi.h, windUpTogether).
  [[nodiscard]] virtual bool windUp() { return false; }
  /// Which of the run's processes this is, and how many there are: 0 and 1 but for a run over MPI, which the manifest
  /// must allow ("resources": {"mpi": true}). Every rank calls Analysis::run; what ranks other than 0 add to outputs,
  /// publish and report is left out.
  [[nodiscard]] virtual int rank() const { return 0; }
  [[nodiscard]] virtual int size() const { return 1; }
  /// Points to the MPI_Comm of all ranks; null without MPI. sdk/mpi.h gives it its type.
  [[nodiscard]] virtual const void* communicator() const { return nullptr; }
};

/// The interface's number. A plugin built against another one is refused with a message.
inline constexpr int abiVersion = 2;

/// An analysis. One object a run.
class Analysis {
public:
  virtual ~Analysis() = default;
  virtual void run(const Inputs& in, const Parameters& p, Outputs& out, Context& ctx) = 0;
};

} // namespace discern::sdk

/// Makes `Class` the analysis of this shared library.
#define DISCERN_PLUGIN(Class)                                                                                          \
  extern "C" int discern_plugin_abi() { return discern::sdk::abiVersion; }                                             \
  extern "C" discern::sdk::Analysis* discern_make_analysis() { return new Class; }
