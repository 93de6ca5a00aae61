#include "io/fields/convert/vtk_writing.h"

#include "data/error.h"

#include <dlfcn.h>

namespace discern::io {

void writeVtk(const VtkWriting& what) {
  void* handle = dlopen("libdiscern_io_vtk_writing.so", RTLD_NOW | RTLD_LOCAL);
  if (!handle) throw data::UsageError(what.path + ": the writer of VTK's formats can't be loaded here: " + dlerror());
  using Entry = void (*)(const VtkWriting&);
  const auto entry = reinterpret_cast<Entry>(dlsym(handle, "discernWriteVtk"));
  if (!entry) throw data::UsageError("libdiscern_io_vtk_writing.so belongs to another version of Discern");
  entry(what);
}

} // namespace discern::io
