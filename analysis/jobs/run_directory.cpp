#include "jobs/run_directory.h"
