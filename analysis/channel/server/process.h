#pragma once
#include <cstddef>

/// What a process does to itself before it serves.
namespace discern::channel {

/// Takes the standard output for the protocol alone: returns a descriptor to it, and sends what libraries print there
/// to the standard error instead. A broken pipe becomes an error of write() in place of a signal.
[[nodiscard]] int takeStandardOutput();

/// Caps the memory that this process can take for itself (RLIMIT_DATA: heap and private anonymous memory, thread stacks
/// included; neither shared memory segments nor mapped files count). What goes beyond is std::bad_alloc, and so an
/// error answer. Lowers the limit only. Throws std::runtime_error when the system refuses.
void limitMemory(std::size_t bytes);

/// Half of this machine's memory, at least 1 GiB.
[[nodiscard]] std::size_t defaultMemoryLimit();

/// Goes on in a child process, and returns there alone. The parent waits for its end; when that is a crash, it says so
/// on `output` (`{"ended": "signal 11"}`), which a connection through other machines would not tell from its own loss.
/// To be called before there are threads.
void standBy(int output);

/// Asks the kernel to end this process rather than the window when memory runs out.
void offerToDieFirst();

} // namespace discern::channel
