#include "vtk_call.h"

#include "io/file_text.h"
#include "io/netcdf/library_lock.h"

#include <new>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vtkAlgorithm.h>
#include <vtkInformation.h>
#include <vtkLogger.h>
#include <vtkOutputWindow.h>
#include <vtkStreamingDemandDrivenPipeline.h>

namespace discern::io {

namespace {

/// Keeps the first error of the thread that reads; what other threads say goes where it went before.
class Collector final : public vtkOutputWindow {
public:
  static Collector* New() {
    auto* made = new Collector;
    made->InitializeObjectBase();
    return made;
  }
  void DisplayText(const char* text) override {
    if (!ours()) before_->DisplayText(text);
  }
  void DisplayErrorText(const char* text) override {
    if (!ours())
      before_->DisplayErrorText(text);
    else if (error_.empty() && text)
      error_ = text;
  }
  void DisplayWarningText(const char* text) override {
    if (!ours()) before_->DisplayWarningText(text);
  }
  void DisplayGenericWarningText(const char* text) override {
    if (!ours()) before_->DisplayGenericWarningText(text);
  }
  void DisplayDebugText(const char* text) override {
    if (!ours()) before_->DisplayDebugText(text);
  }
  void use(vtkOutputWindow* before) { before_ = before; }
  /// What VTK said, without the place in its own source.
  [[nodiscard]] std::string error() const {
    std::string text = error_;
    if (const auto at = text.find("): "); at != std::string::npos) text.erase(0, at + 3);
    for (char& c : text)
      if (c == '\n' || c == '\r') c = ' ';
    return cleanText(text);
  }

private:
  [[nodiscard]] bool ours() const { return !before_ || std::this_thread::get_id() == thread_; }
  std::thread::id thread_ = std::this_thread::get_id();
  vtkSmartPointer<vtkOutputWindow> before_;
  std::string error_;
};
/// While it lives, VTK's messages go to the collector.
class Listening {
public:
  Listening() {
    collector_->use(before_);
    vtkOutputWindow::SetInstance(collector_);
    vtkLogger::SetStderrVerbosity(vtkLogger::VERBOSITY_OFF); // the log repeats all of it on stderr
  }
  ~Listening() {
    vtkLogger::SetStderrVerbosity(vtkLogger::VERBOSITY_INFO);
    vtkOutputWindow::SetInstance(before_);
  }
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;
  [[nodiscard]] std::string error() const { return collector_->error(); }

private:
  vtkSmartPointer<vtkOutputWindow> before_ = vtkOutputWindow::GetInstance();
  vtkSmartPointer<Collector> collector_ = vtkSmartPointer<Collector>::New();
};

std::mutex& vtkMutex() {
  static std::mutex mutex;
  return mutex;
}

} // namespace

void callVtk(const std::string& path, bool hdf5, const std::function<void()>& work) {
  const std::scoped_lock lock(vtkMutex());
  std::optional<std::unique_lock<std::mutex>> hdf5Lock;
  if (hdf5) hdf5Lock = lockHdf5();
  const Listening listening;
  try {
    work();
  } catch (const data::ReadError&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw data::ReadError(path, "there is not enough memory for what it says it holds");
  } catch (const std::exception& error) {
    const std::string said = listening.error();
    throw data::ReadError(path, said.empty() ? error.what() : said);
  }
  if (const std::string said = listening.error(); !said.empty()) throw data::ReadError(path, said);
}

vtkSmartPointer<vtkDataObject> runVtk(const std::string& path, bool hdf5,
                                      const std::function<vtkSmartPointer<vtkDataObject>()>& work) {
  vtkSmartPointer<vtkDataObject> object;
  callVtk(path, hdf5, [&] { object = work(); });
  if (!object) throw data::ReadError(path, "there is no grid in it");
  return object;
}

vtkSmartPointer<vtkDataObject> outputOf(vtkAlgorithm& reader) {
  reader.Update();
  vtkDataObject* output = reader.GetOutputDataObject(0);
  if (!output) return nullptr;
  const auto copy = vtkSmartPointer<vtkDataObject>::Take(output->NewInstance());
  copy->ShallowCopy(output); // the reader's own object would keep the reader's pipeline
  return copy;
}

vtkSmartPointer<vtkDataObject> outputAt(vtkAlgorithm& reader, double time) {
  reader.UpdateTimeStep(time);
  return outputOf(reader);
}

std::vector<double> timesOf(vtkAlgorithm& reader) {
  reader.UpdateInformation();
  vtkInformation* information = reader.GetOutputInformation(0);
  auto* key = vtkStreamingDemandDrivenPipeline::TIME_STEPS();
  if (!information || !information->Has(key)) return {};
  const double* values = information->Get(key);
  return {values, values + information->Length(key)};
}

} // namespace discern::io
