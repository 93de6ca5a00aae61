#pragma once
#include "data/block.h"
#include "link/link.h"

#include <QObject>
#include <map>
#include <set>
#include <string>

namespace discern::desktop {

class JobController;

/// Shows what runs publish while they are at work (their partial results) as layers, which go when the result comes or
/// the run ends otherwise. Of what is published again the file is opened again, so that the provider sees that it
/// changed. They are no steps of the session's history. A run that is over at once shows nothing.
class LivePreviews final : public QObject {
  Q_OBJECT
public:
  LivePreviews(link::Link& link, data::FieldProvider& provider, JobController& jobs, QObject* parent = nullptr);

private:
  struct Run {
    double seen = 0;             ///< when what is shown was published, by the clock of where the run is
    bool waiting = false;        ///< a timer runs
    std::set<std::string> files; ///< that are shown, or on their way
  };
  void follow(const QString& runPath);
  void show(const std::string& runPath);
  void add(const std::string& runPath, const std::string& file, const data::DatasetInfo& dataset);
  void remove(const std::string& runPath);
  void sweep();
  [[nodiscard]] std::vector<std::string> layersOf(const std::string& runPath) const; ///< of ours
  void quietly(const std::string& name, nlohmann::json args);

  link::Link& link_;
  data::FieldProvider& provider_;
  JobController& jobs_;
  std::map<std::string, Run> runs_;
};

/// Whether a layer shows what a run of the session published while it is at work: it goes when the run ends.
[[nodiscard]] bool isLivePreview(const session::State& state, const session::Layer& layer);

} // namespace discern::desktop
