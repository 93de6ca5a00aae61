#include "guarded.h"

#include "data/error.h"

#include <QtTest>

#include <csignal>
#include <cstdlib>

using namespace discern;
using runner::guarded;

/// Work that may crash, done in a process of its own.
class TestGuarded : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void valuesComeBack() {
    QCOMPARE(guarded("f", [] { return std::string(); }), std::string());
    std::string long_(3 << 20, 'x'); // longer than a pipe holds
    long_[5] = '\0';
    QVERIFY(guarded("f", [&] { return long_; }) == long_);
  }

  void errorsComeBack() {
    try {
      static_cast<void>(guarded("f", []() -> std::string { throw data::ReadError("a/b.tif", "it is cut short"); }));
      QFAIL("nothing thrown");
    } catch (const data::ReadError& error) {
      QCOMPARE(error.path(), std::string("a/b.tif"));
      QCOMPARE(std::string(error.what()), std::string("a/b.tif: it is cut short"));
    }
    QVERIFY_EXCEPTION_THROWN(
        static_cast<void>(guarded("f", []() -> std::string { throw data::UsageError("no such field"); })),
        data::UsageError);
    try {
      static_cast<void>(guarded("f", []() -> std::string { throw std::logic_error("oh"); }));
      QFAIL("nothing thrown");
    } catch (const std::runtime_error& error) {
      QCOMPARE(std::string(error.what()), std::string("oh"));
    }
  }

  void crashesAreReadErrors() {
    for (const int signal : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE}) {
      try {
        static_cast<void>(guarded("some.h5", [signal]() -> std::string {
          std::signal(signal, SIG_DFL); // Qt Test catches these in its own process
          std::raise(signal);
          return {};
        }));
        QFAIL("nothing thrown");
      } catch (const data::ReadError& error) {
        QVERIFY(std::string(error.what()).starts_with("some.h5: ") &&
                std::string(error.what()).find("crashed") != std::string::npos);
      }
    }
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(guarded("f", []() -> std::string { std::_Exit(9); })), data::ReadError);
  }

  void killedIsNotDamaged() {
    try {
      static_cast<void>(guarded("some.h5", []() -> std::string {
        std::raise(SIGKILL);
        return {};
      }));
      QFAIL("nothing thrown");
    } catch (const data::ReadError&) {
      QFAIL("the file was blamed");
    } catch (const std::runtime_error& error) {
      QVERIFY(std::string(error.what()).find("killed") != std::string::npos);
    }
  }
};

QTEST_GUILESS_MAIN(TestGuarded)
#include "test_guarded.moc"
