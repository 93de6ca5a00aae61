#pragma once
#include <exception>
#include <functional>

namespace discern::methods {

/// Asked now and then during a long computation with the fraction done, 0…1; returning false stops it.
/// It is called from the working threads, never from two at once, about every 20 ms. Empty: nobody listens.
using Progress = std::function<bool(double fraction)>;

/// Thrown by a function whose Progress answered false. Its outputs are then unspecified.
class Cancelled : public std::exception {
public:
  [[nodiscard]] const char* what() const noexcept override { return "cancelled"; }
};

/// How many threads to use: `requested`, or all that OpenMP offers when it is 0 or less.
/// The results of every method are the same for any number of threads.
[[nodiscard]] int threadCount(int requested);

} // namespace discern::methods
