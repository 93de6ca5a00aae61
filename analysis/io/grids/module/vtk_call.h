#pragma once
#include "data/error.h"

#include <functional>
#include <mutex>
#include <string>
#include <vector>
#include <vtkDataObject.h>
#include <vtkSmartPointer.h>

class vtkAlgorithm;

namespace discern::io {

/// Runs `work` with VTK's IO classes: one thread at a time, and with what they say of errors collected instead of
/// printed. Throws data::ReadError when they spoke of one, when memory ran out, or what `work` throws.
/// `hdf5`: HDF5 is used too, and locked.
void callVtk(const std::string& path, bool hdf5, const std::function<void()>& work);

/// As callVtk, for a reader that is set up by `work` and then asked for its output.
[[nodiscard]] vtkSmartPointer<vtkDataObject> runVtk(const std::string& path, bool hdf5,
                                                    const std::function<vtkSmartPointer<vtkDataObject>()>& work);

/// The output of a reader, at a time step's value when there are several. To be called inside callVtk.
[[nodiscard]] vtkSmartPointer<vtkDataObject> outputOf(vtkAlgorithm& reader);
[[nodiscard]] vtkSmartPointer<vtkDataObject> outputAt(vtkAlgorithm& reader, double time);

/// The times a reader knows after UpdateInformation. To be called inside callVtk.
[[nodiscard]] std::vector<double> timesOf(vtkAlgorithm& reader);

} // namespace discern::io
