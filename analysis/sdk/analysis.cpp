#include "sdk/analysis.h"
