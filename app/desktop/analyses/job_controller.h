#pragma once
#include "data/block.h"
#include "desktop/analyses/catalogue.h"
#include "jobs/launcher.h"
#include "link/link.h"

#include <QElapsedTimer>
#include <map>
#include <set>

namespace discern::desktop {

/// Runs analyses on layers and brings their results into the session. The list of jobs is the session's runs.
class JobController final : public QObject {
  Q_OBJECT
public:
  JobController(link::Link& link, data::FieldProvider& provider, jobs::JobMonitor& monitor, Catalogue& catalogue,
                QObject* parent = nullptr);

  /// Starts analysis `id` on the layers `inputs` (input name → layer id), at the session's time step. Returns the run
  /// directory, or an empty string after `refused`. The run joins the session.
  /// `place`: where, as a job says it: {"on", "resources", "sendPlugin": true}; empty: here.
  QString run(const std::string& id, const nlohmann::json& parameters, const std::map<std::string, std::string>& inputs,
              const nlohmann::json& place = {});
  /// The same job anew, in a new run directory. `sendPlugin`: its host gets the analysis along with it.
  QString runAgain(const QString& runPath, bool sendPlugin = false);
  /// Layers of the file `from` show `to` from now on: a result that was fetched from where it was made.
  void moveLayers(const std::string& from, const std::string& to);
  /// Takes a run that exists into the list; its result opens by itself, as if it had been started here.
  void join(const QString& runPath);
  /// Lists a run that somebody else started, no more: it is no part of the session, its result waits to be opened.
  void watch(const jobs::Snapshot& run);
  /// A job of anywhere anew: its own marks (uuid, time) are left behind. The run joins the session.
  QString runAnew(nlohmann::json job);
  void cancel(const QString& runPath);
  /// Asks a run for a partial result soon.
  void windUp(const QString& runPath);
  /// Matches `prediction` with `truth` (layer ids; empty: the topmost of that role). The session's comparison follows
  /// the result.
  QString compare(const std::string& prediction = {}, const std::string& truth = {});
  /// True when there are a prediction and a truth to compare.
  [[nodiscard]] bool canCompare() const;
  /// Brings the result of a finished run into the session: labels and fields as layers, a comparison as the comparison.
  void openResult(const QString& runPath);
  /// Brings any run into the session, and its result as soon as it is known; one that is there already becomes active.
  void openRun(const QString& runPath);
  /// Whether the result of a run, or a partial one, is a layer or the comparison of this session.
  [[nodiscard]] bool isShown(const QString& runPath) const;
  /// Takes a finished run off the list. Its folder stays.
  void forget(const QString& runPath);

  /// In the order they joined.
  [[nodiscard]] std::vector<jobs::Snapshot> jobs() const;
  [[nodiscard]] const jobs::Snapshot* job(const QString& runPath) const;
  /// It is listed, and no part of the session: see watch().
  [[nodiscard]] bool onlyWatched(const QString& runPath) const;
  /// Cancellation was asked for and the run has not ended yet.
  [[nodiscard]] bool cancelling(const QString& runPath) const;
  /// The run succeeded, and nothing of its result is in the session.
  [[nodiscard]] bool resultWaits(const QString& runPath) const;
  /// The layer that an input of a job was; empty when it is gone.
  [[nodiscard]] std::string layerOf(const nlohmann::json& job, const std::string& input) const;
  /// Whether a layer is a result, or a partial one, of an analysis that ran in this session.
  [[nodiscard]] bool made(const std::string& plugin, const session::Layer& layer) const;
  [[nodiscard]] Catalogue& catalogue() { return catalogue_; }

Q_SIGNALS:
  void jobChanged(const QString& runPath); ///< also: it joined the list
  void jobRemoved(const QString& runPath);
  /// A run that was seen alive ended badly: the window says so. `message` is a sentence, `details` the last log lines.
  void jobFailed(const QString& runPath, const QString& title, const QString& message, const QString& details);
  void jobSucceeded(const QString& runPath, const QString& title);
  /// A run ended well while the window was away; its result is not in the session. openResult() brings it in.
  void resultWaiting(const QString& runPath, const QString& title);
  /// The person wants the form of this job to change something before running again.
  void editRequested(const nlohmann::json& job);
  void refused(const QString& why);
  void started(const QString& runPath); ///< a run of this window, whose start was not refused

private:
  struct Entry {
    jobs::Snapshot snapshot;
    bool startedHere = false; ///< its result opens by itself
    bool seenAlive = false;
    bool known = false; ///< a snapshot came
    bool cancelling = false;
    bool opening = false;
    bool listed = false;  ///< it was in the session's runs
    bool watched = false; ///< watch() brought it
  };
  QString start(nlohmann::json job);
  void follow();
  void take(const jobs::Snapshot& snapshot);
  void finished(const std::string& path, Entry& entry);
  void addLayers(const jobs::Snapshot& snapshot, const data::DatasetInfo& result);
  [[nodiscard]] std::string topmost(session::Role role) const;

  link::Link& link_;
  data::FieldProvider& provider_;
  jobs::JobMonitor& monitor_;
  Catalogue& catalogue_;
  std::map<std::string, Entry> entries_;
  std::vector<std::string> order_;
  std::set<std::string> wanted_; ///< runs whose result is to be opened when it is known
};

/// "watershed · nuclei.tif" without the file's ending; what a result is called.
[[nodiscard]] std::string runTitle(const Analysis& analysis, const std::string& layerName);
/// One line about an ended run for a person: "ended by signal 9 (killed)".
[[nodiscard]] QString failureText(const jobs::Snapshot& snapshot);

} // namespace discern::desktop
